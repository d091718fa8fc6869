//! What people answered and judged on the risk of bias.

use super::super::StoreError;
use crate::ledger::{Actor, Body, Event};
use rusqlite::{Connection, params};

pub(super) fn enter(conn: &Connection, event: &Event, body: &Body) -> Result<(), StoreError> {
    let (study, address, item, value, texts, reconciles, made) = match body {
        Body::RobAnswered {
            study,
            outcome,
            comparison,
            population,
            time,
            effect,
            question,
            answer,
            note,
            quote,
            page,
            reconciles,
            made,
            ..
        } => (
            study,
            [outcome, comparison, population, time, effect],
            question,
            answer,
            [note.as_ref(), quote.as_ref(), page.as_ref()],
            reconciles,
            made,
        ),
        Body::RobJudged {
            study,
            outcome,
            comparison,
            population,
            time,
            effect,
            domain,
            judgement,
            reason,
            reconciles,
            made,
            ..
        } => (
            study,
            [outcome, comparison, population, time, effect],
            domain,
            judgement,
            [Some(reason), None, None],
            reconciles,
            made,
        ),
        _ => return Ok(()),
    };
    let Ok(Actor::Person(person)) = event.actor() else {
        return Err(StoreError::Projection {
            seq: event.seq.0,
            reason: "a judgement on the risk of bias needs a person".into(),
        });
    };
    let [outcome, comparison, population, time, effect] = address;
    let [note, quote, page] = texts;
    conn.prepare_cached(
        "INSERT INTO rob_entry (seq, study, outcome, comparison, population, time, effect, item, value,
           note, quote, page, person, at, reconciles, undone)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, 0)",
    )?
    .execute(params![
        event.seq.0,
        study.0,
        outcome,
        comparison,
        population,
        time,
        effect,
        item,
        value,
        note,
        quote,
        page,
        person.0,
        made.as_ref().unwrap_or(&event.at),
        reconciles,
    ])?;
    Ok(())
}
