-- Every figure of the reports, counted afresh from the rows each time.
-- A "part" is a set of rows that figures share; "uses" names the parts a part or figure stands on.
-- :type, :since, :until and :now are given by reports/figures.py. No braces: they would be read as places for values.


-- part: meetings_due
-- Meetings of the asked type that start in the period and whose time has come.
-- Held: its time has come and it was not called off. Each date of a series is one; a date that left its series
-- because the series was given other days was never convened.
select id, uid, series, type, starts_at, ends_at, last_major_sequence, quorum, home_unit, destination_unit,
       called_off_at, called_off_by, called_off_reason, state <> 'called off' as held
from meeting
where type = :type and starts_at >= :since and starts_at < :until and starts_at <= :now
  and called_off_reason <> 'no longer a date of its series'


-- part: listed_seats
-- uses: meetings_due
-- The invitation list as it stood when the meeting started, one row a seat.
select s.id, s.meeting, s.unit, s.capacities, u.kind in ('bcu', 'force', 'police team') as police,
       m.held, m.starts_at, m.ends_at, m.last_major_sequence
from seat s
join meetings_due m on m.id = s.meeting
join unit u on u.id = s.unit
where s.added_at < m.starts_at and (s.removed_at is null or s.removed_at >= m.starts_at)


-- part: live_invitations
-- uses: listed_seats
-- The invitations of police seats as they stood at the start: those that were taken back before it are gone.
select i.id, i.seat, i.address, i.invited_at, s.meeting, s.starts_at, s.last_major_sequence
from invitation i
join listed_seats s on s.id = i.seat
where s.police and i.invited_at < s.starts_at
  and not (i.state = 'removed' and coalesce(i.ended_at < s.starts_at, true))


-- part: deliveries
-- uses: meetings_due
-- What became of the REQUESTs that each address was written before a meeting began: some arrived or still may, or
-- every one was refused or withdrawn. The dates of a series share their REQUESTs, so one that was refused, or came
-- back, once a date had begun says nothing of that date.
select m.id as meeting, o.recipient,
       bool_or(o.state in ('queued', 'sending', 'sent') or m.series is not null and o.settled_at >= m.starts_at)
           as may_arrive
from outbound_mail o
join meetings_due m on m.uid = o.uid
where o.kind = 'request' and o.created_at < m.starts_at
group by m.id, o.recipient


-- part: reach
-- uses: live_invitations, deliveries
-- When each seat was first invited, how often, and whether any of its invitations is not known to be undeliverable.
select i.seat, min(i.invited_at) as invited_at, count(*) as invitations,
       bool_or(coalesce(d.may_arrive, true)) as reached
from live_invitations i
left join deliveries d on d.meeting = i.meeting and d.recipient = i.address
group by i.seat


-- part: answers
-- uses: live_invitations
-- Applied answers that came before the start and were given to the time at which the meeting was held.
select r.id, i.seat, r.partstat, r.received_at,
       max(r.id) filter (where r.partstat = 'ACCEPTED') over (partition by i.seat) as last_accepted
from response r
join live_invitations i on i.id = r.invitation
where r.applied and r.sequence >= i.last_major_sequence and r.received_at < i.starts_at


-- part: standing
-- uses: answers
-- The answer that stood at the start: the latest, unless a coordinator put the question back (NEEDS-ACTION);
-- and when an acceptance was taken back, if one was.
select seat, nullif((array_agg(partstat order by id desc))[1], 'NEEDS-ACTION') as answer,
       min(received_at) filter (where partstat = 'DECLINED' and id > last_accepted) as taken_back_at
from answers
group by seat


-- part: marks
-- uses: meetings_due
-- The latest mark of each seat; "not recorded" takes an earlier mark back. Late: written after the first closing.
select distinct on (a.seat) a.seat, nullif(a.outcome, 'not recorded') as outcome,
       exists (select from register r where r.meeting = a.meeting and r.closed_at < a.marked_at) as late
from attendance a
join meetings_due m on m.id = a.meeting
order by a.seat, a.id desc


-- part: police_seats
-- uses: listed_seats, reach, standing, marks
-- One row for every listed police seat, with everything that is measured of it.
select s.id, s.meeting, s.unit, s.capacities, s.held, coalesce(r.reached, false) as reached,
       s.held and coalesce(r.reached, false) as expected, m.outcome, coalesce(m.late, false) as corrected_late,
       false as challenged, w.answer,
       r.invited_at > s.starts_at - interval '24 hours' as short_notice,
       coalesce(w.answer = 'DECLINED' and w.taken_back_at > s.starts_at - interval '24 hours', false) as withdrew_late,
       coalesce(r.invitations, 0) as invitations,
       extract(epoch from s.ends_at - s.starts_at) / 60 as minutes
from listed_seats s
left join reach r on r.seat = s.id
left join standing w on w.seat = s.id
left join marks m on m.seat = s.id
where s.police


-- figure: police_seats_counted
-- uses: police_seats
-- Seats counted three ways in one reading: for each unit, for each set of capacities, and all together.
select unit, capacities, grouping(unit) = 0 as of_unit, grouping(capacities) = 0 as of_capacities,
       count(*) filter (where expected) as expected,
       count(*) filter (where expected and outcome = 'attended') as attended,
       count(*) filter (where expected and outcome = 'deputy attended') as deputy,
       count(*) filter (where expected and outcome = 'apologies') as apologies,
       count(*) filter (where expected and outcome = 'no-show') as no_show,
       count(*) filter (where expected and outcome = 'report only') as report_only,
       count(*) filter (where expected and outcome is null) as not_recorded,
       count(*) filter (where held and not reached) as not_reached,
       count(*) filter (where expected and short_notice) as short_notice,
       count(*) filter (where invitations > 0) as invited,
       count(*) filter (where answer is not null) as answered,
       count(*) filter (where expected and answer = 'ACCEPTED') as accepted,
       count(*) filter (where expected and answer = 'ACCEPTED' and outcome = 'no-show') as no_show_after_accepting,
       count(*) filter (where expected and withdrew_late) as late_withdrawal,
       coalesce(sum(invitations), 0)::bigint as invitations,
       coalesce(round(sum(minutes) filter (where expected)), 0)::bigint as seat_minutes,
       count(*) filter (where expected and challenged) as challenged,
       count(*) filter (where expected and corrected_late) as corrected_late
from police_seats
group by grouping sets ((unit), (capacities), ())


-- part: filled_capacities
-- uses: meetings_due, marks
-- The capacities in which somebody came, or sent a deputy, to each meeting held; seats of every agency.
select s.meeting, array_agg(capacity) as filled
from seat s
join meetings_due m on m.id = s.meeting and m.held
join marks k on k.seat = s.id and k.outcome in ('attended', 'deputy attended')
cross join unnest(s.capacities) as capacity
where s.removed_at is null or s.removed_at >= m.starts_at
group by s.meeting


-- part: police_at_meetings
-- uses: police_seats, meetings_due
-- For each meeting: whether any police unit was invited, and what was recorded of its home and destination units.
select p.meeting, bool_or(p.invitations > 0) as invited,
       max(p.outcome) filter (where p.expected and p.unit = m.home_unit) as home_outcome,
       max(p.outcome) filter (where p.expected and p.unit = m.destination_unit) as destination_outcome
from police_seats p
join meetings_due m on m.id = p.meeting
group by p.meeting


-- part: meetings_judged
-- uses: meetings_due, filled_capacities, police_at_meetings
-- One row for every meeting whose time has come, with everything that is measured of it.
select m.home_unit, m.held, not exists (select from register r where r.meeting = m.id) as register_open,
       m.quorum <@ coalesce(f.filled, array[]::varchar[]) as quorate,
       not coalesce(p.invited, false) as without_police,
       m.destination_unit <> m.home_unit and p.home_outcome is not null
           and p.destination_outcome is not null as joint_recorded,
       p.home_outcome in ('attended', 'deputy attended')
           and p.destination_outcome in ('attended', 'deputy attended') as both_came
from meetings_due m
left join filled_capacities f on f.meeting = m.id
left join police_at_meetings p on p.meeting = m.id


-- figure: meetings_counted
-- uses: meetings_judged
-- Meetings whose time has come, for each home unit and all together.
select home_unit as unit, grouping(home_unit) = 0 as of_unit,
       count(*) as due,
       count(*) filter (where held) as held,
       count(*) filter (where not held) as called_off,
       count(*) filter (where held and register_open) as registers_open,
       count(*) filter (where held and quorate) as quorate,
       count(*) filter (where held and without_police) as without_police,
       count(*) filter (where held and joint_recorded) as joint_recorded,
       count(*) filter (where held and joint_recorded and both_came) as joint_attended
from meetings_judged
group by grouping sets ((home_unit), ())


-- figure: meetings_called_off
-- uses: meetings_due
-- Not held: who asked for it, why, and with how many hours of notice (below 0: after the start).
select called_off_by, called_off_reason, count(*) as meetings,
       count(*) filter (where called_off_at > starts_at - interval '24 hours') as within_a_day,
       percentile_cont(0.5) within group (order by extract(epoch from starts_at - called_off_at) / 3600)::float
           as median_hours
from meetings_due
where not held
group by called_off_by, called_off_reason
order by meetings desc, called_off_by, called_off_reason


-- part: triggers_of_period
-- Triggers that call for a meeting of the asked type by a deadline in the period, and what came of each.
-- Without a meeting or a decision, the home unit is the police unit of the responsible place on the deadline's day;
-- of a review, that of the meeting it reviews. Reviews are counted apart.
select t.rule_code = 'REVIEW' as review, t.fired_at, t.due_at, t.due_at <= :now as deadline_passed, t.not_convened is not null as decided_against,
       case when m.state <> 'called off' and m.starts_at <= :now then m.starts_at end as held_at,
       coalesce(m.home_unit, n.home_unit, o.home_unit, (
           select a.unit from area a join unit u on u.id = a.unit
           where u.kind in ('bcu', 'force') and a.place = coalesce(e.home_place, p.home_place, (
                 select x.home_place from episode x where x.child = t.child order by x.started_at desc limit 1))
             and coalesce(a.effective_from <= (t.due_at at time zone 'Europe/London')::date, true)
             and coalesce(a.effective_to > (t.due_at at time zone 'Europe/London')::date, true)
           order by a.effective_from desc nulls last limit 1
       )) as home_unit
from trigger t
join rule r on r.id = t.rule
left join meeting m on m.id = t.meeting
left join not_convened n on n.id = t.not_convened
left join episode e on e.id = t.cause
left join placement_move p on p.id = t.cause
left join meeting o on o.id = t.cause
where r.makes_meeting and coalesce(m.type, r.meeting_type) = :type
  and t.due_at >= :since and t.due_at < :until


-- figure: triggers_counted
-- uses: triggers_of_period
-- Triggers whose deadline has passed, by what came of them, for each home unit and all together;
-- reviews apart from first triggers.
select review, home_unit as unit, grouping(home_unit) = 0 as of_unit,
       count(*) filter (where deadline_passed) as due,
       count(*) filter (where deadline_passed and held_at <= due_at) as in_time,
       count(*) filter (where deadline_passed and held_at > due_at) as late,
       count(*) filter (where deadline_passed and held_at is null and decided_against) as decided_against,
       count(*) filter (where deadline_passed and held_at is null and not decided_against) as unmet,
       count(*) filter (where not deadline_passed) as not_yet_due,
       percentile_cont(0.5) within group (order by extract(epoch from held_at - fired_at) / 3600)
           filter (where deadline_passed and held_at is not null)::float as median_hours
from triggers_of_period
group by grouping sets ((review, home_unit), (review))


-- figure: not_convened_counted
-- Recorded decisions to hold no meeting by a deadline in the period, by reason and home unit.
select n.home_unit as unit, n.reason, count(*) as decisions
from not_convened n
where n.due_at >= :since and n.due_at < :until
  and exists (
      select 1 from trigger t join rule r on r.id = t.rule
      where t.not_convened = n.id and r.meeting_type = :type and t.rule_code <> 'REVIEW'
  )
group by n.home_unit, n.reason
order by n.reason, n.home_unit


-- figure: returns_counted
-- Meetings that started, or were to start, in the period and whose child had returned before: what that meant.
select on_return as policy, count(*) as meetings,
       count(*) filter (where state <> 'called off' and starts_at <= :now) as held,
       count(*) filter (where state = 'called off') as called_off
from meeting
where type = :type and starts_at >= :since and starts_at < :until and on_return in ('keep', 'convert', 'cancel')
group by on_return
order by on_return


-- figure: lead_disputes_counted
-- Disputes about the lead raised in the period, each counted to every police unit of its meeting alike.
select party as unit, count(*) as disputes,
       count(*) filter (where settled_at <= d.due_at) as in_time,
       count(*) filter (where settled_at > d.due_at) as late,
       count(*) filter (where settled_at is null) as unsettled
from lead_dispute d join meeting m on m.id = d.meeting cross join unnest(d.units) as party
where m.type = :type and d.raised_at >= :since and d.raised_at < :until and d.raised_at <= :now
group by party


-- figure: units
-- Every police unit, and whether the report lists it even when nothing was asked of it: the BCUs and the City.
select id, code, name, kind = 'bcu' or code = 'COLP' as always
from unit
where kind in ('bcu', 'force', 'police team')
order by kind, code


-- part: dataset_incidents
-- The dataset of Recommendation 1. One row an incident: an episode that began in the period and was not withdrawn as
-- an error. Of an episode with days but no times the length lies between two values; where they fall in different
-- bands the band is null. Bands: 0 under 24 hours, 1 under 3 days, 2 under 7 days, 3 longer.
select e.child, coalesce(p.name, nullif(e.home_place, ''), 'not known') as borough,
       to_char(e.started_at at time zone 'Europe/London', 'YYYY-MM') as month,
       e.kind, e.report_accepted, e.care_status, e.police_grading, e.social_care_grading,
       e.host_place <> '' as placement_known, e.host_place not in ('', e.home_place) as elsewhere,
       e.ended_at is null or e.ended_at > :now as still_open,
       case when width_bucket(extract(epoch from l.longest), array[86400, 259200, 604800]::numeric[])
               = width_bucket(extract(epoch from l.shortest), array[86400, 259200, 604800]::numeric[])
            then width_bucket(extract(epoch from l.longest), array[86400, 259200, 604800]::numeric[]) end as band
from episode e
left join place p on p.code = e.home_place
cross join lateral (
    select e.started_by_day::int + e.ended_by_day::int as days_unsure,
           case when e.started_by_day or e.ended_by_day
                then (e.ended_at at time zone 'Europe/London') - (e.started_at at time zone 'Europe/London')
                else e.ended_at - e.started_at end as length
) t
cross join lateral (
    select t.length - t.days_unsure * interval '24 hours' as shortest,
           t.length - least(t.days_unsure, 1) * interval '1 microsecond' as longest
) l
where e.started_at >= :since and e.started_at < :until and e.started_at <= :now and e.withdrawn_at is null


-- figure: dataset_incidents_counted
-- uses: dataset_incidents
-- Incidents for each responsible borough, and for each month in which they began.
select borough, month, grouping(borough) = 0 as of_borough,
       count(*) as incidents,
       count(*) filter (where kind = 'M') as missing,
       count(*) filter (where kind = 'A') as absent,
       count(*) filter (where report_accepted) as accepted,
       count(*) filter (where not report_accepted) as refused,
       count(*) filter (where care_status = 'looked after') as looked_after,
       count(*) filter (where care_status = 'child protection plan') as protection_plan,
       count(*) filter (where care_status = 'child in need') as in_need,
       count(*) filter (where care_status = 'none') as no_status,
       count(*) filter (where care_status = '') as status_not_known,
       count(*) filter (where elsewhere) as placed_elsewhere,
       count(*) filter (where placement_known and not elsewhere) as placed_here,
       count(*) filter (where not placement_known) as placement_not_known,
       count(*) filter (where not still_open and band = 0) as under_24_hours,
       count(*) filter (where not still_open and band = 1) as one_to_3_days,
       count(*) filter (where not still_open and band = 2) as three_to_7_days,
       count(*) filter (where not still_open and band = 3) as seven_days_or_more,
       count(*) filter (where not still_open and band is null) as length_not_known,
       count(*) filter (where still_open) as still_missing,
       count(*) filter (where police_grading = 'high') as police_high,
       count(*) filter (where police_grading = 'medium') as police_medium,
       count(*) filter (where police_grading = 'low') as police_low,
       count(*) filter (where police_grading = 'no apparent risk') as police_no_risk,
       count(*) filter (where police_grading = '') as police_not_graded,
       count(*) filter (where social_care_grading = 'high') as social_care_high,
       count(*) filter (where social_care_grading = 'medium') as social_care_medium,
       count(*) filter (where social_care_grading = 'low') as social_care_low,
       count(*) filter (where social_care_grading = 'no apparent risk') as social_care_no_risk,
       count(*) filter (where social_care_grading = '') as social_care_not_graded
from dataset_incidents
group by grouping sets ((borough), (month))


-- part: dataset_children
-- uses: dataset_incidents
-- One row a child in each borough, a row in each month, and a row in all: which incidents were its own there.
select borough, month, grouping(borough) = 0 as of_borough, grouping(month) = 0 as of_month,
       count(*) as incidents, count(*) filter (where care_status = 'looked after') as looked_after
from dataset_incidents
group by grouping sets ((child, borough), (child, month), (child))


-- figure: dataset_individuals_counted
-- uses: dataset_children
-- Children by themselves, each once in a borough, once in a month and once in all: these do not add up to one another.
select borough, month, of_borough, of_month,
       count(*) as individuals,
       count(*) filter (where incidents = 1) as once,
       count(*) filter (where incidents > 1) as more_than_once,
       sum(incidents - 1)::bigint as further,
       count(*) filter (where looked_after > 0) as looked_after,
       count(*) filter (where looked_after = 0) as not_looked_after,
       sum(greatest(looked_after - 1, 0))::bigint as looked_after_further
from dataset_children
group by borough, month, of_borough, of_month


-- part: dataset_triggers
-- First triggers that call for a meeting of the asked type by a deadline in the period, each with the responsible
-- borough of its episode or move, or else of the child's latest episode.
select t.not_convened, t.due_at, t.due_at <= :now as deadline_passed,
       case when m.state <> 'called off' and m.starts_at <= :now then m.starts_at end as held_at,
       coalesce(p.name, nullif(h.place, ''), 'not known') as borough
from trigger t
join rule r on r.id = t.rule
left join meeting m on m.id = t.meeting
left join episode e on e.id = t.cause
left join placement_move v on v.id = t.cause
cross join lateral (select coalesce(e.home_place, v.home_place, (
    select x.home_place from episode x where x.child = t.child order by x.started_at desc limit 1)) as place) h
left join place p on p.code = h.place
where t.rule_code <> 'REVIEW' and r.makes_meeting and coalesce(m.type, r.meeting_type) = :type
  and t.due_at >= :since and t.due_at < :until


-- figure: dataset_triggers_counted
-- uses: dataset_triggers
-- First triggers whose deadline has passed, for each responsible borough, by what came of them.
select borough,
       count(*) filter (where deadline_passed) as due,
       count(*) filter (where deadline_passed and held_at <= due_at) as in_time,
       count(*) filter (where deadline_passed and held_at > due_at) as late,
       count(*) filter (where deadline_passed and held_at is null and not_convened is not null) as decided_against,
       count(*) filter (where deadline_passed and held_at is null and not_convened is null) as unmet,
       count(*) filter (where not deadline_passed) as not_yet_due
from dataset_triggers
group by borough


-- figure: dataset_not_convened_counted
-- uses: dataset_triggers
-- Decisions to hold no meeting, for each responsible borough: that of the trigger with the soonest deadline.
select borough, count(*) as decisions
from (select distinct on (not_convened) borough from dataset_triggers where not_convened is not null
      order by not_convened, due_at, borough) d
group by borough


-- figure: dataset_boroughs
-- Every London borough and the City, in the order of their names.
select name from place where in_london order by name
