//! Reports: removals, votes, the place in the flow, and studies.

use super::super::StoreError;
use super::{report_of, talks};
use crate::ledger::event::RemovalRef;
use crate::ledger::{Actor, Body, Event};
use crate::model::place::{Passage, place as place_of};
use crate::model::{
    Choice, EventSeq, Lane, PersonId, Phase, RecordId, RegistryId, Rules, StudyId, Vote, settle,
};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeMap;

pub(super) fn filter(
    conn: &Connection,
    seq: EventSeq,
    upto: RecordId,
    removed: &[RemovalRef],
    returned: &[RecordId],
) -> Result<(), StoreError> {
    let fresh = conn
        .prepare(
            "SELECT p.id FROM main.report p JOIN main.record r ON r.id = p.id
             WHERE r.looked = 0 AND r.compared > 0 AND p.lane = 'main' AND p.id <= ?1 ORDER BY p.id",
        )?
        .query_map([upto.0], |row| row.get(0))?
        .collect::<Result<Vec<u32>, _>>()?;
    let mut look = conn.prepare_cached("UPDATE main.record SET looked = ?2 WHERE id = ?1")?;
    for id in &fresh {
        look.execute(params![id, seq.0])?;
    }
    let mut add = conn.prepare_cached(
        "INSERT OR REPLACE INTO removal (report, rule, box, evidence, seq, restored)
         VALUES (?1, ?2, ?3, ?4, ?5, 0)",
    )?;
    for r in removed {
        add.execute(params![r.report.0, r.rule, r.to, r.evidence, seq.0])?;
    }
    let mut drop = conn.prepare_cached("DELETE FROM removal WHERE report = ?1")?;
    for id in returned {
        drop.execute([id.0])?;
    }
    for id in fresh {
        place(conn, id)?;
    }
    for id in removed
        .iter()
        .map(|r| r.report)
        .chain(returned.iter().copied())
    {
        place_record(conn, id)?;
    }
    Ok(())
}

/// Brings a removed report back by event `by`.
pub(super) fn restore(conn: &Connection, report: RecordId, by: EventSeq) -> Result<(), StoreError> {
    conn.execute(
        "UPDATE removal SET restored = ?2 WHERE report = ?1 AND restored = 0",
        params![report.0, by.0],
    )?;
    place_record(conn, report)
}

/// Takes back that event `by` brought a report back.
pub(super) fn unrestore(
    conn: &Connection,
    report: RecordId,
    by: EventSeq,
) -> Result<(), StoreError> {
    conn.execute(
        "UPDATE removal SET restored = 0 WHERE report = ?1 AND restored = ?2",
        params![report.0, by.0],
    )?;
    place_record(conn, report)
}

pub(super) fn decide(conn: &Connection, event: &Event, body: &Body) -> Result<(), StoreError> {
    let Body::DecisionMade {
        report,
        phase,
        choice,
        reason,
        note,
        settles,
        from,
        made,
        salt,
    } = body
    else {
        return Ok(());
    };
    let person = match event.actor() {
        Ok(Actor::Person(person)) => person,
        Ok(Actor::Program) | Err(_) => {
            return Err(StoreError::Projection {
                seq: event.seq.0,
                reason: "a decision needs a person".into(),
            });
        }
    };
    // Those who disagreed vote once more, where it was given back to them.
    let round = match settles {
        true => 0,
        false => open_round(conn, *report, *phase, person)?.unwrap_or(0),
    };
    // A set of votes that is complete is closed: what comes later is kept, and moves nothing.
    let later = salt.is_some() && !settles && round == 0 && is_closed(conn, *report, *phase)?;
    conn.prepare_cached(
        "INSERT INTO decision (seq, report, phase, person, choice, reason, note, settles, required, at,
                               undone, file, later, round)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, ?11, ?12, ?13)",
    )?
    .execute(params![
        event.seq.0,
        report.0,
        phase.as_str(),
        person.0,
        choice.as_str(),
        reason,
        note,
        settles,
        u8::try_from(rules(conn)?.required(*phase)).unwrap_or(u8::MAX),
        made.as_ref().unwrap_or(&event.at),
        from.as_ref().map(|row| row.digest.to_string()),
        later,
        round
    ])?;
    place_record(conn, *report)
}

/// Whether the required people have voted on the report of `record` in a phase, so that the set of
/// their votes is closed.
fn is_closed(conn: &Connection, record: RecordId, phase: Phase) -> Result<bool, StoreError> {
    let cast = votes(conn, report_of(conn, record)?)?;
    Ok(cast.get(&phase).is_some_and(|(votes, required)| {
        let people = votes.iter().filter(|vote| !vote.settles).count();
        people >= usize::from(*required)
    }))
}

/// Takes a decision back by event `by`, or puts it in force again with 0.
///
/// A vote of a closed set that is not settled stays in it: that it was taken back is kept, and moves
/// nothing. `salted` is false of events of before, which took every vote out of its set.
pub(super) fn undecide(
    conn: &Connection,
    target: EventSeq,
    by: u64,
    salted: bool,
) -> Result<(), StoreError> {
    let (record, phase, settles, later, person, round): (u32, String, bool, bool, u32, u64) = conn
        .prepare_cached(
            "SELECT report, phase, settles, later, person, round FROM decision WHERE seq = ?1",
        )?
        .query_row([target.0], |row| {
            Ok((
                row.get(0)?,
                row.get(1)?,
                row.get(2)?,
                row.get(3)?,
                row.get(4)?,
                row.get(5)?,
            ))
        })?;
    let (record, phase) = (RecordId(record), word::<Phase>(&phase)?);
    // In a discussion that is not at its end the set of new votes is open.
    let talking = round > 0 && open_round(conn, record, phase, PersonId(person))? == Some(round);
    if by == 0 {
        conn.execute(
            "UPDATE decision SET undone = 0, let_go = 0 WHERE seq = ?1",
            [target.0],
        )?;
    } else if salted && !settles && !later && !talking && is_open_conflict(conn, record, phase)? {
        conn.execute(
            "UPDATE decision SET let_go = ?1 WHERE seq = ?2",
            params![by, target.0],
        )?;
    } else {
        conn.execute(
            "UPDATE decision SET undone = ?1 WHERE seq = ?2",
            params![by, target.0],
        )?;
    }
    place_record(conn, record)
}

/// Whether the closed set of a report's votes in a phase disagrees and nobody settled it.
fn is_open_conflict(conn: &Connection, record: RecordId, phase: Phase) -> Result<bool, StoreError> {
    let cast = votes(conn, report_of(conn, record)?)?;
    Ok(cast.get(&phase).is_some_and(|(votes, required)| {
        let rules = Rules {
            title_abstract: *required,
            full_text: *required,
        };
        let closed = votes.len() >= usize::from(*required);
        closed && !settle(phase, rules, votes).is_settled()
    }))
}

/// The screening rules in force.
pub(super) fn rules(conn: &Connection) -> Result<Rules, StoreError> {
    let mut find = conn.prepare_cached("SELECT value FROM setting WHERE key = ?1")?;
    let mut number = |key: &str| -> Result<Option<u8>, StoreError> {
        let text: Option<String> = find.query_row([key], |row| row.get(0)).optional()?;
        text.map(|t| {
            t.parse()
                .map_err(|_| StoreError::Value(format!("{key} = {t}")))
        })
        .transpose()
    };
    let default = Rules::default();
    Ok(Rules {
        title_abstract: number("reviewers.title-abstract")?.unwrap_or(default.title_abstract),
        full_text: number("reviewers.full-text")?.unwrap_or(default.full_text),
    })
}

/// The votes that count on the report that begins with `head`, by phase, and the number of people
/// that was required when the last of them was cast (a later protocol does not unsettle).
fn votes(conn: &Connection, head: u32) -> Result<BTreeMap<Phase, (Vec<Vote>, u8)>, StoreError> {
    let cast = cast(conn, head)?;
    if cast.iter().all(|one| one.round == 0) {
        return Ok(in_force(cast.iter()));
    }
    let mut out = in_force(cast.iter().filter(|one| one.round == 0));
    for talk in talks::of(conn, head)? {
        let of_it = |one: &&Cast| one.round == talk.seq || one.vote.settles;
        let mut new = in_force(cast.iter().filter(of_it));
        let Some((votes, required)) = new.remove(&talk.phase) else {
            continue;
        };
        // As long as somebody has not voted once more, those who disagreed still do.
        let spoken = |person: &PersonId| votes.iter().any(|v| !v.settles && v.person == *person);
        let all = talk.people.iter().all(spoken);
        if all || votes.iter().any(|vote| vote.settles) {
            let entry = out.entry(talk.phase).or_default();
            if all {
                *entry = (votes, required);
            } else {
                entry.0.retain(|vote| !vote.settles);
                entry
                    .0
                    .extend(votes.into_iter().filter(|vote| vote.settles));
            }
        }
    }
    Ok(out)
}

/// A vote that was cast and not taken back, and the discussion in which it was.
struct Cast {
    phase: Phase,
    round: u64,
    required: u8,
    vote: Vote,
}

fn cast(conn: &Connection, head: u32) -> Result<Vec<Cast>, StoreError> {
    let mut find = conn.prepare_cached(
        "SELECT d.seq, d.phase, d.person, d.choice, d.reason, d.settles, d.required, d.round
         FROM decision d JOIN main.record r ON r.id = d.report
         WHERE r.report = ?1 AND d.undone = 0 AND d.later = 0 ORDER BY d.seq",
    )?;
    let mut rows = find.query([head])?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        out.push(Cast {
            phase: word(&row.get::<_, String>(1)?)?,
            round: row.get(7)?,
            required: row.get(6)?,
            vote: Vote {
                event: EventSeq(row.get(0)?),
                person: PersonId(row.get(2)?),
                choice: word::<Choice>(&row.get::<_, String>(3)?)?,
                reason: row.get(4)?,
                settles: row.get(5)?,
            },
        });
    }
    Ok(out)
}

/// The last vote of each person, by phase.
fn in_force<'a>(cast: impl Iterator<Item = &'a Cast>) -> BTreeMap<Phase, (Vec<Vote>, u8)> {
    let mut out: BTreeMap<Phase, (Vec<Vote>, u8)> = BTreeMap::new();
    for one in cast {
        let vote = &one.vote;
        let entry = out.entry(one.phase).or_default();
        entry
            .0
            .retain(|earlier| earlier.person != vote.person || earlier.settles != vote.settles);
        entry.0.push(vote.clone());
        entry.1 = one.required;
    }
    out
}

/// The discussion in which a person is asked to vote once more on the report of `record`, or did so
/// while others have not yet.
fn open_round(
    conn: &Connection,
    record: RecordId,
    phase: Phase,
    person: PersonId,
) -> Result<Option<u64>, StoreError> {
    let head = report_of(conn, record)?;
    let talks = talks::of(conn, head)?;
    let Some(talk) = talks.into_iter().rfind(|talk| talk.phase == phase) else {
        return Ok(None);
    };
    let cast = cast(conn, head)?;
    let spoken = |who: &PersonId| {
        let mut of_it = cast.iter().filter(|one| one.round == talk.seq);
        of_it.any(|one| one.vote.person == *who)
    };
    let open = talk.people.contains(&person) && !talk.people.iter().all(spoken);
    Ok(open.then_some(talk.seq))
}

fn word<T: std::str::FromStr<Err = crate::model::IdError>>(text: &str) -> Result<T, StoreError> {
    text.parse()
        .map_err(|error: crate::model::IdError| StoreError::Value(error.to_string()))
}

/// Computes the place of the report that `record` belongs to now.
pub(super) fn place_record(conn: &Connection, record: RecordId) -> Result<(), StoreError> {
    place(conn, report_of(conn, record)?)
}

/// Computes the row of the report that begins with `head`.
pub(super) fn place(conn: &Connection, head: u32) -> Result<(), StoreError> {
    let members = conn
        .prepare_cached(
            "SELECT id, kind <> 'other', completeness, compared, kind = 'baseline' FROM main.record WHERE report = ?1 ORDER BY id",
        )?
        .query_map([head], |row| {
            Ok((
                row.get::<_, u32>(0)?,
                row.get::<_, bool>(1)?,
                row.get::<_, u32>(2)?,
                row.get::<_, u64>(3)?,
                row.get::<_, bool>(4)?,
            ))
        })?
        .collect::<Result<Vec<_>, _>>()?;
    let main = members
        .iter()
        .find(|(_, main, ..)| *main)
        .map(|(id, ..)| *id);
    let before = members.iter().find(|(.., before)| *before);
    let (lane, stands) = match (before, main) {
        (Some((id, ..)), _) => (Lane::Baseline, *id),
        (None, Some(id)) => (Lane::Main, id),
        (None, None) => (Lane::Other, head),
    };
    // The fullest record; of equals the first.
    let primary = members
        .iter()
        .max_by_key(|(id, _, fullness, ..)| (*fullness, std::cmp::Reverse(*id)))
        .map_or(head, |(id, ..)| *id);
    let compared = members
        .iter()
        .any(|(id, .., compared, _)| *id == stands && *compared > 0);
    let looked: u64 = conn
        .prepare_cached("SELECT looked FROM main.record WHERE id = ?1")?
        .query_row([head], |row| row.get(0))?;
    let removal: Option<(String, String)> = conn
        .prepare_cached("SELECT rule, box FROM removal WHERE report = ?1 AND restored = 0")?
        .query_row([head], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let cast = votes(conn, head)?;
    let in_force = rules(conn)?;
    let of = |phase: Phase| {
        let empty: &[Vote] = &[];
        match cast.get(&phase) {
            None => (empty, in_force),
            Some((votes, n)) => (
                votes.as_slice(),
                Rules {
                    title_abstract: *n,
                    full_text: *n,
                },
            ),
        }
    };
    let (place, reason) = place_of(&Passage {
        lane,
        compared,
        looked: looked > 0,
        removed: removal.is_some(),
        title: of(Phase::TitleAbstract),
        retrieval: of(Phase::Retrieval),
        fulltext: of(Phase::FullText),
    });
    let (rule, to) = match (lane, removal) {
        (Lane::Main, Some((rule, to))) => (Some(rule), Some(to)),
        _ => (None, None),
    };
    conn.prepare_cached(
        "INSERT INTO main.report (id, lane, stands, primary_record, place, rule, box, reason, reopened)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0)
         ON CONFLICT (id) DO UPDATE SET lane = ?2, stands = ?3, primary_record = ?4, place = ?5,
           rule = ?6, box = ?7, reason = ?8",
    )?
    .execute(params![
        head,
        super::super::flow::lane_word(lane),
        stands,
        primary,
        place.as_str(),
        rule,
        to,
        reason
    ])?;
    super::versions::columns(conn, head)
}

/// Flags the report of decision `target` as reopened by the lead.
pub(super) fn mark_reopened(conn: &Connection, target: EventSeq) -> Result<(), StoreError> {
    conn.execute(
        "UPDATE main.report SET reopened = 1 WHERE id =
           (SELECT r.report FROM decision d JOIN main.record r ON r.id = d.report WHERE d.seq = ?1)",
        [target.0],
    )?;
    Ok(())
}

pub(super) fn study(
    conn: &Connection,
    seq: EventSeq,
    study: StudyId,
    registry: &[RegistryId],
    label: &str,
) -> Result<(), StoreError> {
    conn.execute(
        "INSERT INTO study (id, label, seq) VALUES (?1, ?2, ?3)",
        params![study.0, label, seq.0],
    )?;
    for number in registry {
        conn.execute(
            "INSERT OR IGNORE INTO study_registry (study, registry) VALUES (?1, ?2)",
            params![study.0, number.as_str()],
        )?;
    }
    Ok(())
}

pub(super) fn rename_study(
    conn: &Connection,
    study: StudyId,
    label: &str,
) -> Result<(), StoreError> {
    conn.execute(
        "UPDATE study SET label = ?2 WHERE id = ?1",
        params![study.0, label],
    )?;
    Ok(())
}

pub(super) fn link(
    conn: &Connection,
    seq: EventSeq,
    report: RecordId,
    study: StudyId,
    basis: &str,
) -> Result<(), StoreError> {
    conn.execute(
        "INSERT OR REPLACE INTO study_link (report, study, basis, seq) VALUES (?1, ?2, ?3, ?4)",
        params![report.0, study.0, basis, seq.0],
    )?;
    Ok(())
}

pub(super) fn unlink(
    conn: &Connection,
    report: RecordId,
    study: StudyId,
) -> Result<(), StoreError> {
    conn.execute(
        "DELETE FROM study_link WHERE study = ?2 AND report IN (
           SELECT id FROM main.record WHERE report = (SELECT report FROM main.record WHERE id = ?1))",
        params![report.0, study.0],
    )?;
    Ok(())
}
