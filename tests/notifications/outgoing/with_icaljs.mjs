// Run by node: JSON list of calendars in, what ical.js reads in the events of each out. Argument: the library's file.
import { pathToFileURL } from "node:url";
import { readFileSync } from "node:fs";

const { default: ICAL } = await import(pathToFileURL(process.argv[2]));
ICAL.design.strict = true;

const instant = (time) => (time ? time.toJSDate().toISOString() : null);

function dates(event) {
  // Every date on which a series is held, as instants; at most 400, as a client would.
  if (!event.isRecurring()) return [];
  const walk = event.iterator();
  const found = [];
  for (let next = walk.next(); next && found.length < 400; next = walk.next()) found.push(instant(next));
  return found;
}

function read(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  ICAL.TimezoneService.reset();
  for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
  const events = calendar.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    return {
      uid: event.uid,
      sequence: component.getFirstPropertyValue("sequence"),
      stamp: instant(component.getFirstPropertyValue("dtstamp")),
      start: instant(component.getFirstPropertyValue("dtstart")),
      end: instant(component.getFirstPropertyValue("dtend")),
      instance: instant(component.getFirstPropertyValue("recurrence-id")),
      dates: component.getFirstProperty("dtstart") ? dates(event) : [],
      summary: event.summary ?? "",
      location: event.location ?? "",
      description: event.description ?? "",
      comment: component.getFirstPropertyValue("comment") ?? "",
      status: component.getFirstPropertyValue("status") ?? "",
      link: component.getFirstPropertyValue("conference") ?? "",
      organizer: component.getFirstPropertyValue("organizer") ?? "",
      attendees: component.getAllProperties("attendee").map((one) => ({
        address: one.getFirstValue(),
        cn: one.getParameter("cn") ?? "",
        role: one.getParameter("role") ?? "",
        partstat: one.getParameter("partstat") ?? "",
        delegatedFrom: one.getParameter("delegated-from") ?? "",
      })),
    };
  });
  return { method: calendar.getFirstPropertyValue("method"), name: calendar.getFirstPropertyValue("name"), events };
}

const calendars = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(calendars.map(read)));
