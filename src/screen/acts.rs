//! Names of acts that tell nothing of the acts of others: `me.41`, one's own forty-first act, and
//! `r17.3`, the third act on report 17 that one may see.
//!
//! The number of an event tells how many events stand before it, and so of votes that nobody may
//! know of yet. Whoever acts under their name is therefore told these, and may give them back.

use super::ScreenError;
use super::decide::find;
use crate::ledger::Event;
use crate::model::{EventSeq, RecordId};
use crate::store::Reader;
use crate::store::read::Person;

/// The events that an act id can name on a report, as `person` may see them, in order.
fn on_report(
    reader: Reader<'_>,
    report: RecordId,
    person: &Person,
) -> Result<Vec<EventSeq>, ScreenError> {
    let row = find(reader, &report.to_string())?;
    let votes = reader.unblinded().votes(row.id)?.into_iter();
    let seen = votes.filter(|vote| vote.person == person.id || row.place.is_settled(vote.phase));
    Ok(seen.map(|vote| vote.seq).collect())
}

/// What `person` calls an event: their own by its number among their acts, a decision of somebody
/// else by the report; else by its number in the log, which is only told where nothing is hidden.
pub fn name(reader: Reader<'_>, event: &Event, person: &Person) -> Result<String, ScreenError> {
    if event.actor == person.id.to_string() {
        let own = reader.events_by(person.id)?;
        if let Some(at) = own.iter().position(|seq| *seq == event.seq) {
            return Ok(format!("me.{}", at + 1));
        }
    }
    if let crate::ledger::Body::DecisionMade { report, .. } =
        event.body().map_err(crate::store::StoreError::from)?
    {
        // A report that has left the review names nothing any more.
        if let Ok(found) = find(reader, &report.to_string()) {
            let seen = on_report(reader, found.id, person)?;
            if let Some(at) = seen.iter().position(|seq| *seq == event.seq) {
                return Ok(format!("{}.{}", found.id, at + 1));
            }
        }
    }
    if event.seq <= reader.told_head()? {
        return Ok(event.seq.to_string());
    }
    Ok("an act".to_owned())
}

/// The event that a text names: an act id, or the number of an event.
pub fn resolve(reader: Reader<'_>, text: &str, person: &Person) -> Result<EventSeq, ScreenError> {
    let unknown = || ScreenError::NoAct(text.to_owned());
    if let Ok(seq) = text.parse::<u64>() {
        let event = reader.event(EventSeq(seq))?.ok_or_else(unknown)?;
        let own = event.actor == person.id.to_string();
        // A hidden act is answered as one that is not there.
        if !own && super::hidden::is_hidden(reader, &event)? {
            return Err(unknown());
        }
        return Ok(event.seq);
    }
    let (of, n) = text.rsplit_once('.').ok_or_else(unknown)?;
    let n: usize = n.parse().map_err(|_| unknown())?;
    let all = if of == "me" {
        reader.events_by(person.id)?
    } else {
        let report: RecordId = of.parse().map_err(|_| unknown())?;
        on_report(reader, report, person)?
    };
    let at = n.checked_sub(1).ok_or_else(unknown)?;
    all.get(at).copied().ok_or_else(unknown)
}
