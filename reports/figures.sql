-- Every figure of the reports. What happened becomes facts, one row a seat, a meeting or a tally; facts become the
-- lines of a monthly ledger; figures are read from the ledger, and from the facts at the edges of a period that is not
-- whole months. Counted afresh, the same facts and lines are made from the records, and the same figures from them.
-- A "part" is a set of rows that others share; "uses" names the parts a part or figure stands on. reports/figures.py
-- says what the values after a colon are, and which parts stand in for which where something is posted or recounted.
-- No braces: they would be read as places for values.


-- part: chosen_meetings
-- The meetings of a period, counted afresh.
select * from meeting where starts_at >= :since and starts_at < :until


-- part: given_meetings
-- In place of chosen_meetings: those whose facts are to be posted.
select * from meeting where id = any(:meetings)


-- part: meetings_of_unit
-- In place of chosen_meetings: those of a period at which one unit has a seat.
select * from meeting
where starts_at >= :since and starts_at < :until
  and id in (select meeting from seat where seat.unit = :unit)


-- part: meetings_due
-- uses: chosen_meetings
-- Meetings whose time has come, on the day in London on which they start.
-- Held: its time has come and it was not called off. Each date of a series is one; a date that left its series
-- because the series was given other days was never convened.
select id, uid, series, child, about_place, type, starts_at, ends_at, last_major_sequence, quorum, home_unit,
       destination_unit, called_off_at, called_off_by, called_off_reason, state <> 'called off' as held,
       (starts_at at time zone 'Europe/London')::date as day
from chosen_meetings
where starts_at <= :now and called_off_reason <> 'no longer a date of its series'


-- part: first_calls
-- uses: meetings_due
-- Of the rules that called for a meeting the one with the soonest deadline, and the place responsible by its cause.
select distinct on (t.meeting) t.meeting, t.rule_code as rule, coalesce(e.home_place, p.home_place) as place
from trigger t
join meetings_due m on m.id = t.meeting
left join episode e on e.id = t.cause
left join placement_move p on p.id = t.cause
order by t.meeting, t.due_at, t.rule_code


-- part: last_absences
-- uses: meetings_due
-- The last time that the child of a meeting went missing before it, and when that ended.
select distinct on (m.id) m.id as meeting, e.home_place, e.ended_at
from meetings_due m
join episode e on e.child = m.child
where e.withdrawn_at is null and e.started_at <= m.starts_at
order by m.id, e.started_at desc, e.id


-- part: meetings_placed
-- uses: meetings_due, first_calls, last_absences
-- By what meetings are cut: the responsible place (empty: not known), the rule, the child's return.
select m.*, coalesce(f.rule, 'none') as rule, coalesce(f.place, nullif(m.about_place, ''), a.home_place, '') as borough,
       case when a.meeting is null then 'no missing episode'
            when a.ended_at <= m.starts_at then 'after the child''s return'
            else 'before the child''s return' end as returned
from meetings_due m
left join first_calls f on f.meeting = m.id
left join last_absences a on a.meeting = m.id


-- part: listed_seats
-- uses: meetings_due
-- The invitation list as it stood when the meeting started, one row a seat.
select s.id, s.meeting, s.unit, s.capacities, u.kind, u.kind in ('bcu', 'force', 'police team') as police,
       m.held, m.starts_at, m.ends_at, m.last_major_sequence
from seat s
join meetings_due m on m.id = s.meeting
join unit u on u.id = s.unit
where s.added_at < m.starts_at and (s.removed_at is null or s.removed_at >= m.starts_at)


-- part: live_invitations
-- uses: listed_seats
-- The invitations of seats as they stood at the start: those that were taken back before it are gone.
select i.id, i.seat, i.address, i.invited_at, s.meeting, s.starts_at, s.last_major_sequence
from invitation i
join listed_seats s on s.id = i.seat
where i.invited_at < s.starts_at
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


-- part: seats_judged
-- uses: listed_seats, reach, standing, marks
-- One row for every listed seat, with everything that is measured of it.
select s.id, s.meeting, s.unit, s.kind, s.police, s.capacities, s.held, coalesce(r.reached, false) as reached,
       s.held and coalesce(r.reached, false) as expected, m.outcome, coalesce(m.late, false) as corrected_late,
       exists (select from challenge c where c.seat = s.id and c.state <> 'withdrawn') as challenged, w.answer, s.starts_at - r.invited_at as notice,
       coalesce(w.answer = 'DECLINED' and w.taken_back_at > s.starts_at - interval '24 hours', false) as withdrew_late,
       coalesce(r.invitations, 0) as invitations,
       extract(epoch from s.ends_at - s.starts_at) / 60 as minutes
from listed_seats s
left join reach r on r.seat = s.id
left join standing w on w.seat = s.id
left join marks m on m.seat = s.id


-- part: seat_rows
-- uses: seats_judged, meetings_placed
-- The facts of seats: what each counts as, and by what it is cut.
select s.id as seat, s.meeting, s.unit, s.kind, s.police, m.day, m.type,
       (select string_agg(capacity, ', ' order by capacity) from unnest(s.capacities) as capacity) as capacities,
       m.borough, m.rule, m.returned,
       case when s.notice is null then 'not invited' when s.notice < interval '24 hours' then 'under 24 hours'
            when s.notice < interval '72 hours' then '1 to 2 days' when s.notice < interval '144 hours' then '3 to 5 days'
            else '6 days or more' end as notice,
       expected::int as expected,
       (expected and outcome is not distinct from 'attended')::int as attended,
       (expected and outcome is not distinct from 'deputy attended')::int as deputy,
       (expected and outcome is not distinct from 'apologies')::int as apologies,
       (expected and outcome is not distinct from 'no-show')::int as no_show,
       (expected and outcome is not distinct from 'report only')::int as report_only,
       (expected and outcome is null)::int as not_recorded,
       (s.held and not reached)::int as not_reached,
       (expected and notice < interval '24 hours')::int as short_notice,
       (invitations > 0)::int as invited,
       (answer is not null)::int as answered,
       (expected and answer is not distinct from 'ACCEPTED')::int as accepted,
       (expected and answer is not distinct from 'ACCEPTED' and outcome is not distinct from 'no-show')::int
           as no_show_after_accepting,
       (expected and withdrew_late)::int as late_withdrawal,
       invitations::int as invitations,
       case when expected then round(minutes)::int else 0 end as seat_minutes,
       (expected and challenged)::int as challenged,
       (expected and corrected_late)::int as corrected_late
from seats_judged s
join meetings_placed m on m.id = s.meeting


-- figure: seat_facts
-- uses: seat_rows
-- What is posted of seats, from the records.
select * from seat_rows


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
-- uses: seats_judged, meetings_due
-- For each meeting: whether any police unit was invited, and what was recorded of its home and destination units.
select p.meeting, bool_or(p.invitations > 0) as invited,
       max(p.outcome) filter (where p.expected and p.unit = m.home_unit) as home_outcome,
       max(p.outcome) filter (where p.expected and p.unit = m.destination_unit) as destination_outcome
from seats_judged p
join meetings_due m on m.id = p.meeting
where p.police
group by p.meeting


-- part: meetings_judged
-- uses: meetings_placed, filled_capacities, police_at_meetings
-- One row for every meeting whose time has come, with everything that is measured of it.
select m.id, m.day, m.type, m.home_unit, m.borough, m.rule, m.returned, m.held,
       not exists (select from register r where r.meeting = m.id) as register_open,
       m.quorum <@ coalesce(f.filled, array[]::varchar[]) as quorate,
       not coalesce(p.invited, false) as without_police,
       coalesce(m.destination_unit <> m.home_unit, false) and p.home_outcome is not null
           and p.destination_outcome is not null as joint_recorded,
       coalesce(p.home_outcome in ('attended', 'deputy attended')
           and p.destination_outcome in ('attended', 'deputy attended'), false) as both_came
from meetings_placed m
left join filled_capacities f on f.meeting = m.id
left join police_at_meetings p on p.meeting = m.id


-- part: meeting_rows
-- uses: meetings_judged
-- The facts of meetings whose time has come: what each counts as, and by what it is cut.
select id as meeting, day, type, home_unit, borough, rule, returned,
       1 as due,
       held::int as held,
       (not held)::int as called_off,
       (held and register_open)::int as registers_open,
       (held and quorate)::int as quorate,
       (held and without_police)::int as without_police,
       (held and joint_recorded)::int as joint_recorded,
       (held and joint_recorded and both_came)::int as joint_attended
from meetings_judged


-- figure: meeting_facts
-- uses: meeting_rows
-- What is posted of meetings, from the records.
select * from meeting_rows


-- part: chosen_triggers
-- The triggers whose deadline lies in a period, counted afresh.
select * from trigger where due_at >= :since and due_at < :until


-- part: given_triggers
-- In place of chosen_triggers: those whose facts are to be posted.
select * from trigger where id = any(:triggers)


-- part: triggers_judged
-- uses: chosen_triggers
-- Triggers that call for a meeting, and when that was held.
-- Without a meeting or a decision, the home unit is the police unit of the responsible place on the deadline's day;
-- of a review, that of the meeting it reviews. Reviews are counted apart.
select t.id, t.rule_code, t.fired_at, t.due_at, t.not_convened is not null as decided_against,
       coalesce(m.type, r.meeting_type) as type,
       case when m.state <> 'called off' and m.starts_at <= :now then m.starts_at end as held_at,
       coalesce(m.home_unit, n.home_unit, o.home_unit, (
           select a.unit from area a join unit u on u.id = a.unit
           where u.kind in ('bcu', 'force') and a.place = coalesce(e.home_place, p.home_place, (
                 select x.home_place from episode x where x.child = t.child order by x.started_at desc limit 1))
             and coalesce(a.effective_from <= (t.due_at at time zone 'Europe/London')::date, true)
             and coalesce(a.effective_to > (t.due_at at time zone 'Europe/London')::date, true)
           order by a.effective_from desc nulls last limit 1
       )) as unit
from chosen_triggers t
join rule r on r.id = t.rule
left join meeting m on m.id = t.meeting
left join not_convened n on n.id = t.not_convened
left join episode e on e.id = t.cause
left join placement_move p on p.id = t.cause
left join meeting o on o.id = t.cause
where r.makes_meeting


-- part: fates
-- uses: triggers_judged
-- What came of each trigger; a first trigger, or a review.
select *, case when due_at > :now then 'not yet due' when held_at <= due_at then 'in time'
               when held_at is not null then 'late' when decided_against then 'decided against' else 'neither' end as fate
from triggers_judged


-- part: trigger_tallies
-- uses: fates
-- The facts of triggers, with the whole hours from the trigger to its meeting where one was held.
select case when rule_code = 'REVIEW' then 'review' else 'trigger' end as subject, id as source,
       (due_at at time zone 'Europe/London')::date as day, type, fate as what, rule_code as why, unit,
       case when fate in ('in time', 'late') then floor(extract(epoch from held_at - fired_at) / 3600)::int end as hours
from fates


-- part: called_off_tallies
-- uses: meetings_due
-- The facts of meetings not held: who asked for it, why, and the whole hours of notice (below 0: after the start).
select 'called off' as subject, id as source, day, type, called_off_by as what, called_off_reason as why,
       null::uuid as unit, floor(extract(epoch from starts_at - called_off_at) / 3600)::int as hours
from meetings_due
where not held


-- part: return_tallies
-- uses: chosen_meetings
-- The facts of meetings whose child had returned before they started, those to come among them: what that meant.
select 'return' as subject, id as source, (starts_at at time zone 'Europe/London')::date as day, type, on_return as what,
       case when state = 'called off' then 'called off' when starts_at <= :now then 'held' else 'to come' end as why,
       null::uuid as unit, null::int as hours
from chosen_meetings
where on_return in ('keep', 'convert', 'cancel')


-- part: held
-- uses: meetings_due
-- Meetings held about a child: what their checklist counts.
select id from meetings_due where held and child is not null


-- part: given
-- uses: held
-- The answers that stand to the questions of the checklist.
(the text is meetings.checklists.GIVEN)


-- part: checklist_tallies
-- uses: held, given, meetings_due
-- The facts of checklists: one row for the meeting itself, and one for each answer that was given.
select 'checklist' as subject, m.id as source, m.day, m.type, coalesce(g.item, '') as what, coalesce(g.answer, '') as why,
       null::uuid as unit, null::int as hours
from (select id as meeting, null as item, null as answer from held union all select meeting, item, answer from given) g
join meetings_due m on m.id = g.meeting


-- part: challenge_tallies
-- uses: meetings_due
-- The facts of challenges that were not withdrawn: where each stands, for the unit of its seat.
select 'challenge' as subject, m.id as source, m.day, m.type, c.state as what, '' as why, s.unit, null::int as hours
from meetings_due m
join challenge c on c.meeting = m.id and c.state <> 'withdrawn'
join seat s on s.id = c.seat


-- part: chosen_decisions
-- The decisions to hold no meeting whose deadline lies in a period, counted afresh.
select * from not_convened where due_at >= :since and due_at < :until


-- part: given_decisions
-- In place of chosen_decisions: those whose facts are to be posted.
select * from not_convened where id = any(:decisions)


-- part: decision_tallies
-- uses: chosen_decisions
-- The facts of decisions to hold no meeting, once for each type of meeting that they concern; reviews left out.
select distinct 'not convened' as subject, n.id as source, (n.due_at at time zone 'Europe/London')::date as day,
       r.meeting_type as type, '' as what, n.reason as why, n.home_unit as unit, null::int as hours
from chosen_decisions n
join trigger t on t.not_convened = n.id and t.rule_code <> 'REVIEW'
join rule r on r.id = t.rule


-- part: chosen_disputes
-- The disputes about the lead raised in a period, counted afresh.
select * from lead_dispute where raised_at >= :since and raised_at < :until


-- part: given_disputes
-- In place of chosen_disputes: those whose facts are to be posted.
select * from lead_dispute where id = any(:disputes)


-- part: dispute_tallies
-- uses: chosen_disputes
-- The facts of disputes: one for every police unit of the meeting alike.
select 'dispute' as subject, d.id as source, (d.raised_at at time zone 'Europe/London')::date as day, m.type,
       case when d.settled_at <= d.due_at then 'in time' when d.settled_at is null then 'unsettled' else 'late' end as what,
       '' as why, party as unit, null::int as hours
from chosen_disputes d
join meeting m on m.id = d.meeting
cross join unnest(d.units) as party
where d.raised_at <= :now


-- part: tally_rows
-- uses: trigger_tallies, called_off_tallies, return_tallies, checklist_tallies, challenge_tallies
-- uses: decision_tallies, dispute_tallies
-- The facts of everything that is counted by its reason.
select * from trigger_tallies union all select * from called_off_tallies union all select * from return_tallies
union all select * from checklist_tallies union all select * from challenge_tallies
union all select * from decision_tallies union all select * from dispute_tallies


-- figure: tally_facts
-- uses: tally_rows
-- What is posted of triggers, reasons and answers, from the records.
select * from tally_rows


-- part: whole_spans
-- The years, and the months beside them, of which the ledger has lines and that lie in the period as a whole. The lines
-- of each are found by the ledger's index: "offset 0" keeps them from being looked for among all lines at once.
select * from unnest(:spans::text[], :begun::date[]) as s (span, month)


-- part: edge_seats
-- The facts of seats of the type on the days of the period that are no whole month.
select * from seat_fact where type = :type and (day >= :first and day < :opening or day >= :closing and day < :last)


-- part: edge_types
-- The facts of police seats of every type on those days.
select * from seat_fact where police and (day >= :first and day < :opening or day >= :closing and day < :last)


-- part: seats_of_meetings
-- In place of edge_seats: the facts that are being posted.
select * from seat_fact where meeting = any(:meetings)


-- part: seats_of_month
-- In place of edge_seats: the facts of one month, to be added up anew.
select * from seat_fact where day >= :first and day < :last


-- part: police_lines
-- uses: edge_seats
-- Police seats added up in every cut: by unit and capacities, by borough, by rule, by notice, by the child's return.
select month, type, cut, coalesce(capacities, borough, rule, notice, returned) as value, unit, coalesce(kind, '') as kind,
       :seat_names
from (
    select date_trunc('month', day::timestamp)::date as month, type, unit, kind, capacities, borough, rule, notice, returned,
           case 0 when grouping(capacities) then 'capacities' when grouping(borough) then 'borough'
                  when grouping(rule) then 'rule' when grouping(notice) then 'notice' else 'returned' end as cut,
           :seat_sums
    from edge_seats
    where police
    group by grouping sets ((1, type, unit, kind, capacities), (1, type, borough), (1, type, rule), (1, type, notice),
                            (1, type, returned))
) as added_up


-- part: partner_lines
-- uses: edge_seats
-- The seats of others added up, by kind and capacities only.
select date_trunc('month', day::timestamp)::date as month, type, 'capacities' as cut, capacities as value,
       null::uuid as unit, kind, :seat_sums
from edge_seats
where not police
group by 1, type, capacities, kind


-- part: seat_lines
-- uses: police_lines, partner_lines
-- Seats added up as the ledger holds them. In two parts because so each fact is read by the fewest groups.
select * from police_lines union all select * from partner_lines


-- figure: seats_added_up
-- uses: seat_lines
-- Lines of the ledger of seats, made from facts.
select * from seat_lines


-- figure: seats_counted
-- uses: seat_lines, whole_spans
-- The seats of a type in the period: by unit and capacities, and in every cut.
select cut, value, unit, kind, :seat_sums
from (
    select * from seat_lines where type = :type
    union all
    select l.* from whole_spans s cross join lateral (
        select month, type, cut, value, unit, kind, :seat_names from seat_ledger
        where type = :type and span = s.span and month = s.month offset 0
    ) as l
) as lines
group by cut, value, unit, kind


-- figure: types_counted
-- uses: edge_types, whole_spans
-- Police seats in the period, of every type of meeting.
select type, :seat_sums
from (
    select type, :seat_names from edge_types where police
    union all
    select type, :seat_names from whole_spans join seat_ledger using (span, month) where cut = 'notice'
) as lines
group by type


-- part: police_units
-- Every police unit, and whether the report lists it even when nothing was asked of it: the BCUs and the City.
select id, code, name, kind, kind = 'bcu' or code = 'COLP' as always
from unit
where kind in ('bcu', 'force', 'police team')


-- figure: months_counted
-- uses: police_units
-- The seats of each unit that is always listed, and of all other police units together, in each of the months up to the
-- last of the period.
select l.month, case when u.always then l.unit end as unit, :seat_sums
from seat_ledger l
left join police_units u on u.id = l.unit
where l.type = :type and l.span = 'month' and l.cut = 'capacities' and l.kind in ('bcu', 'force', 'police team')
  and l.month >= :months_since and l.month < :months_until
group by 1, 2
order by 1, 2


-- part: edge_meetings
-- The facts of meetings of the type on the days of the period that are no whole month.
select * from meeting_fact where type = :type and (day >= :first and day < :opening or day >= :closing and day < :last)


-- part: meetings_of_meetings
-- In place of edge_meetings: the facts that are being posted.
select * from meeting_fact where meeting = any(:meetings)


-- part: meetings_of_month
-- In place of edge_meetings: the facts of one month, to be added up anew.
select * from meeting_fact where day >= :first and day < :last


-- part: meeting_lines
-- uses: edge_meetings
-- Meetings added up as the ledger holds them, for each home unit and in each cut.
select date_trunc('month', m.day::timestamp)::date as month, m.type, c.cut, c.value, c.unit, :meeting_sums
from edge_meetings m
cross join lateral (
    values ('home unit', '', m.home_unit), ('borough', m.borough, null), ('rule', m.rule, null),
           ('returned', m.returned, null)
) as c (cut, value, unit)
group by 1, 2, 3, 4, 5


-- figure: meetings_added_up
-- uses: meeting_lines
-- Lines of the ledger of meetings, made from facts.
select * from meeting_lines


-- figure: meetings_counted
-- uses: meeting_lines, whole_spans
-- The meetings of a type in the period whose time has come, for each home unit and in each cut.
select cut, value, unit, :meeting_sums
from (
    select * from meeting_lines where type = :type
    union all
    select l.* from whole_spans s cross join lateral (
        select month, type, cut, value, unit, :meeting_names from meeting_ledger
        where type = :type and span = s.span and month = s.month offset 0
    ) as l
) as lines
group by cut, value, unit


-- part: edge_tallies
-- The facts of tallies of the type on the days of the period that are no whole month.
select * from tally_fact where type = :type and (day >= :first and day < :opening or day >= :closing and day < :last)


-- part: tallies_of_sources
-- In place of edge_tallies: the facts that are being posted.
select * from tally_fact where source = any(:sources)


-- part: tallies_of_month
-- In place of edge_tallies: the facts of one month, to be added up anew.
select * from tally_fact where day >= :first and day < :last


-- part: number_lines
-- uses: edge_tallies
-- Tallies added up as the ledger holds their numbers: triggers by their unit, and again by their rule.
select date_trunc('month', day::timestamp)::date as month, type, subject, what,
       case when subject = 'trigger' then '' else why end as why, unit, count(*) as n
from edge_tallies group by 1, 2, 3, 4, 5, 6
union all
select date_trunc('month', day::timestamp)::date, type, 'rule', what, why, null, count(*)
from edge_tallies where subject = 'trigger' group by 1, 2, 4, 5


-- part: hour_lines
-- uses: edge_tallies
-- Hours added up as the ledger holds them, for the medians: how often each number of whole hours came, of each unit, rule
-- and reason, and of all units; and how often each number of whole days of 24 hours.
select date_trunc('month', t.day::timestamp)::date as month, t.type, h.subject || g.grain as subject, h.what, h.why, h.unit,
       g.hours, count(*) as n
from edge_tallies t
cross join lateral (
    select t.subject, '' as what, '' as why, t.unit where t.subject in ('trigger', 'review')
    union all
    select 'all', t.subject, '', null where t.subject in ('trigger', 'review')
    union all
    select 'rule', '', t.why, null where t.subject = 'trigger'
    union all
    select t.subject, t.what, t.why, null where t.subject = 'called off'
) as h
cross join lateral (values (' hours', t.hours), (' days', (floor(t.hours / 24.0) * 24)::int)) as g (grain, hours)
where t.hours is not null
group by 1, 2, 3, 4, 5, 6, 7


-- part: tally_lines
-- uses: number_lines, hour_lines
-- Tallies added up as the ledger holds them.
select month, type, subject, what, why, unit, null::int as hours, n from number_lines union all select * from hour_lines


-- figure: tallies_added_up
-- uses: tally_lines
-- Lines of the ledger of tallies, made from facts.
select * from tally_lines


-- figure: tallies_counted
-- uses: number_lines, edge_tallies, whole_spans
-- What was counted by its reason; under "called off days", what was called off with less than 24 hours' notice.
select subject, what, why, unit, sum(n)::bigint as n
from (
    select subject, what, why, unit, n from number_lines where type = :type
    union all
    select 'called off days', what, why, null, 1 from edge_tallies
    where type = :type and subject = 'called off' and hours < 24
    union all
    select subject, what, why, unit, n from whole_spans join tally_ledger using (span, month)
    where type = :type and (hours is null or hours < 24)
      and subject in ('trigger', 'rule', 'review', 'called off', 'called off days', 'return', 'checklist', 'challenge',
                      'not convened', 'dispute')
) as lines
group by subject, what, why, unit
order by subject, n desc, what, why, unit


-- part: days_asked
-- uses: hour_lines, whole_spans
-- How often each number of whole days came, for each unit, rule and reason, and for all units. Sorted by units first:
-- words are slow to sort.
select subject, what, why, unit, hours, sum(n)::bigint as n
from (
    select subject, what, why, unit, hours, n from hour_lines where type = :type and subject like '% days'
    union all
    select subject, what, why, unit, hours, n from whole_spans join tally_ledger using (span, month) where type = :type
      and subject in ('trigger days', 'review days', 'all days', 'rule days', 'called off days')
) as lines
group by unit, subject, what, why, hours


-- part: middle_days
-- uses: days_asked
-- The day in which the middle one lies, or the two days of the two in the middle; `before` came in fewer days.
select row_number() over () as place, left(subject, -5) as subject, what, why, unit, hours, before, whole
from (
    select *, (sum(n) over (partition by unit, subject, what, why order by hours) - n)::bigint as before,
           (sum(n) over (partition by unit, subject, what, why))::bigint as whole
    from days_asked
) as d
where before < (whole + 2) / 2 and before + n >= (whole + 1) / 2 and n > 0


-- part: middle_hours
-- uses: middle_days, hour_lines, whole_spans
-- How often each number of hours of these days came. Only their lines are read: each is found by the ledger's index.
select d.place, l.hours, l.n
from middle_days d
join hour_lines l on l.type = :type and l.subject = d.subject || ' hours' and l.what = d.what and l.why = d.why
 and coalesce(l.unit::text, '') = coalesce(d.unit::text, '') and (floor(l.hours / 24.0) * 24)::int = d.hours
union all
select d.place, l.hours, l.n
from middle_days d
cross join whole_spans s
cross join lateral (
    select hours, n from tally_ledger
    where type = :type and subject = d.subject || ' hours' and span = s.span and month = s.month
      and what = d.what and why = d.why and unit = d.unit and hours >= d.hours and hours < d.hours + 24
    union all
    select hours, n from tally_ledger
    where d.unit is null and type = :type and subject = d.subject || ' hours' and span = s.span and month = s.month
      and what = d.what and why = d.why and unit is null and hours >= d.hours and hours < d.hours + 24
) as l


-- figure: medians_counted
-- uses: middle_days, middle_hours
-- The median of whole hours: the middle one, or half-way between the two in the middle.
select subject, what, why, unit,
       (min(h.hours) filter (where before + upto >= (whole + 1) / 2)
        + min(h.hours) filter (where before + upto >= (whole + 2) / 2))::float / 2 as median
from middle_days
join (
    select place, hours, sum(sum(n)) over (partition by place order by hours) as upto
    from middle_hours group by place, hours
) as h using (place)
group by subject, what, why, unit


-- figure: units
-- uses: police_units
-- The police units in the order of the report.
select id, code, name, always from police_units order by kind, code


-- figure: places
-- The names of places.
select code, name from place


-- figure: state_of_ledger
-- How far the ledger is posted, and what waits: meetings and others that changed, and meetings whose time came since.
select l.posted_to,
       (select count(distinct (kind, subject)) from ledger_touched)
       + (select count(*) from meeting
          where starts_at > coalesce(l.posted_to, '-infinity'::timestamptz) and starts_at <= :now) as waiting
from (select) as one
left join ledger_state l on true


-- figure: differences_open
-- Where the ledger was found to differ from a recount in the months of the period, and no later check found it equal.
select ledger, month, what, posted, recounted
from ledger_difference
where settled_at is null and month >= date_trunc('month', :first::date) and month < :last
order by month, id
limit 1


-- part: dataset_incidents
-- The dataset of Recommendation 1. One row an incident: an episode that began in the period and was not withdrawn as
-- an error. Of an episode with days but no times the length lies between two values; where they fall in different
-- bands the band is null. Bands: 0 under 24 hours, 1 under 3 days, 2 under 7 days, 3 longer.
select e.child, coalesce(p.name, nullif(e.home_place, ''), 'Not known') as borough,
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
       coalesce(p.name, nullif(h.place, ''), 'Not known') as borough
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


-- figure: outcomes_by_unit
-- uses: seats_judged
-- How many outcomes of which kind each unit has that counts, whatever agency it belongs to.
select s.unit, u.name, coalesce(s.outcome, 'not recorded') as outcome, count(*) as seats
from seats_judged s
join meeting m on m.id = s.meeting and m.type = :type
join unit u on u.id = s.unit
where s.expected
group by s.unit, u.name, s.outcome
order by u.name, outcome


-- figure: outcomes_of_unit
-- uses: seats_judged
-- The outcomes of one unit that count, the latest meeting first: what it may see of itself, and challenge.
select s.id as seat, m.reference, m.starts_at, s.capacities, coalesce(s.outcome, 'not recorded') as outcome,
       coalesce(s.answer, '') as answer
from seats_judged s
join meeting m on m.id = s.meeting and m.type = :type
where s.expected and s.unit = :unit
order by m.starts_at desc, s.id


-- part: explored_seats
-- The facts of police seats that a question of the exploring page is about.
select *, to_char(day, 'YYYY-MM') as month
from seat_fact
where police and type = :type and day >= :first and day < :last
  and (:unit::uuid is null or unit = :unit::uuid)
  and (:capacity = '' or :capacity = any(string_to_array(capacities, ', ')))


-- part: explored_values
-- uses: explored_seats
-- Each of these seats with the value by which the question cuts them.
select *, case :cut when 'month' then month when 'unit' then unit::text when 'capacities' then capacities
                    when 'borough' then borough when 'rule' then rule when 'notice' then notice
                    when 'returned' then returned end as value
from explored_seats


-- figure: explored_from_facts
-- uses: explored_values
-- The seats of one unit or capacity by borough, rule, notice or return, which the ledger does not hold together.
select value, :seat_sums from explored_values group by value


-- figure: explored_from_ledger
-- uses: seat_lines, whole_spans
-- The seats by month, unit or capacities, perhaps of one unit or capacity; or all by borough, rule, notice or return.
select case :cut when 'month' then to_char(month, 'YYYY-MM') when 'unit' then unit::text else value end as value,
       :seat_sums
from (
    select * from seat_lines where type = :type
    union all
    select l.* from whole_spans s cross join lateral (
        select month, type, cut, value, unit, kind, :seat_names from seat_ledger
        where type = :type and span = s.span and month = s.month offset 0
    ) as l
) as lines
where cut = case when :cut in ('month', 'unit') then 'capacities' else :cut end
  and (cut <> 'capacities' or kind in ('bcu', 'force', 'police team'))
  and (:unit::uuid is null or unit = :unit::uuid)
  and (:capacity = '' or :capacity = any(string_to_array(value, ', ')))
group by 1


-- figure: seats_behind
-- uses: explored_values
-- The seats behind one number of the exploring page, newest first, with their meetings; `whole` is how many there are.
select m.reference, s.day, u.name as unit, s.capacities,
       case when s.attended > 0 then 'attended' when s.deputy > 0 then 'deputy attended'
            when s.apologies > 0 then 'apologies' when s.no_show > 0 then 'no-show'
            when s.report_only > 0 then 'report only' when s.not_recorded > 0 then 'not recorded'
            when s.not_reached > 0 then 'not reached' else 'not held' end as outcome,
       count(*) over () as whole
from explored_values s
join meeting m on m.id = s.meeting
join unit u on u.id = s.unit
where (:every or s.value = :value)
  and case :count when 'expected' then expected when 'attended' then attended when 'deputy' then deputy
                  when 'apologies' then apologies when 'no_show' then no_show when 'report_only' then report_only
                  when 'not_recorded' then not_recorded when 'not_reached' then not_reached
                  when 'short_notice' then short_notice when 'invited' then invited when 'answered' then answered
                  when 'accepted' then accepted when 'no_show_after_accepting' then no_show_after_accepting
                  when 'late_withdrawal' then late_withdrawal when 'challenged' then challenged
                  when 'corrected_late' then corrected_late when 'came' then attended + deputy
                  when 'recorded' then expected - not_recorded else 0 end > 0
order by s.day desc, m.reference, u.code
limit :most offset :skipped
