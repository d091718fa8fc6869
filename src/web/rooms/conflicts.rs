//! Disagreements: the record above, both votes below without names, and what settles them.

use super::screen::view::{Record, Terms};
use crate::model::{Choice, Phase, RecordId};
use crate::screen::card::Said;
use crate::screen::conflict::{self, Conflict, Side};
use crate::screen::{self, Ballot, ScreenError, decide as rules, discuss};
use crate::store::Reader;
use crate::web::answer::Answer;
use crate::web::ask::{Ask, Signed};
use crate::web::once::{kept, note, once, onward, report, stale};
use crate::web::problem::Problem;
use crate::web::shell::Shell;
use crate::web::site::Site;
use crate::web::words::{class, many, sign};
use crate::workflow::Workflow;
use askama::Template;
use serde::Serialize;

#[derive(Template, Serialize)]
#[template(path = "conflicts.html")]
struct ConflictsPage {
    #[serde(skip)]
    shell: Shell,
    #[serde(skip)]
    title: String,
    waiting: Vec<Row>,
    /// Settled by people so far.
    settled: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    conflict: Option<Shown>,
    #[serde(skip)]
    done: Option<String>,
    #[serde(skip)]
    done_words: &'static str,
}

#[derive(Serialize)]
struct Row {
    report: RecordId,
    phase: Phase,
    title: String,
    /// Whether this person is asked to vote once more.
    discusses: bool,
    #[serde(skip)]
    phase_words: &'static str,
    #[serde(skip)]
    here: bool,
}

/// One disagreement.
#[derive(Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "parts of a page, each shown by itself"
)]
struct Shown {
    phase: Phase,
    #[serde(skip)]
    phase_words: &'static str,
    paper: Record,
    sides: Vec<Vote>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    later: Vec<Vote>,
    /// Whether all exclude, and only their reasons differ.
    reasons_only: bool,
    /// Whether this person is asked to vote once more, and what they are asked.
    discusses: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    asked: Option<String>,
    /// Whether those who voted are asked to vote once more, and have not.
    given_back: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    settled: Option<Vote>,
    #[serde(skip)]
    reasons: Vec<Reason>,
    #[serde(skip)]
    needs_reason: bool,
    key: String,
    #[serde(skip)]
    next: Option<RecordId>,
}

#[derive(Serialize)]
struct Vote {
    /// A, B and so on, or a name once it is settled.
    by: String,
    decision: Choice,
    reason: Option<String>,
    note: Option<String>,
    #[serde(skip)]
    reason_text: String,
    #[serde(skip)]
    class: &'static str,
    #[serde(skip)]
    sign: &'static str,
    #[serde(skip)]
    word: &'static str,
}

struct Reason {
    digit: usize,
    code: String,
    text: String,
    chosen: bool,
}

/// Refuses who settles nothing.
fn enter(reader: Reader<'_>, who: &Signed) -> Result<(), Problem> {
    if conflict::may_settle(reader, &who.person)?
        || !conflict::waiting(reader, &who.person)?.is_empty()
    {
        return Ok(());
    }
    Err(Problem::Forbidden(
        "disagreements are settled by the roles that the workflow names".to_owned(),
    ))
}

fn words(phase: Phase) -> &'static str {
    match phase {
        Phase::TitleAbstract => "title and abstract",
        Phase::Retrieval => "retrieval",
        Phase::FullText => "full text",
    }
}

/// The first disagreement that waits.
pub(in crate::web) fn next(site: &Site, ask: &Ask, who: &Signed) -> Result<Answer, Problem> {
    page(site, ask, who, None)
}

/// One disagreement.
pub(in crate::web) fn show(site: &Site, ask: &Ask, who: &Signed) -> Result<Answer, Problem> {
    let asked = report(ask, 1)?;
    let found = {
        let snapshot = site.store.snapshot()?;
        enter(snapshot.read(), who)?;
        rules::find(snapshot.read(), &asked.to_string())?.id
    };
    if found != asked {
        let twin = if ask.json { ".json" } else { "" };
        return Ok(Answer::moved(&format!(
            "{}/conflicts/{found}{twin}",
            site.base
        )));
    }
    page(site, ask, who, Some(found))
}

fn page(site: &Site, ask: &Ask, who: &Signed, asked: Option<RecordId>) -> Result<Answer, Problem> {
    let snapshot = site.store.snapshot()?;
    let reader = snapshot.read();
    enter(reader, who)?;
    let workflow = site.protocol(reader)?;
    let waiting = conflict::waiting(reader, &who.person)?;
    let here = asked.or_else(|| waiting.first().map(|one| one.report));
    let found = match here {
        Some(report) => {
            let found = conflict::show(reader, report, &who.person)?;
            if found.is_none() {
                return Err(Problem::NotFound(format!(
                    "no disagreement on {report} is yours to settle"
                )));
            }
            found
        }
        None => None,
    };
    let at = waiting.iter().position(|one| Some(one.report) == here);
    let after = at.map_or(0, |at| at + 1);
    let next = waiting.get(after).or(waiting.first());
    let next = next.map(|one| one.report).filter(|one| Some(*one) != here);
    let settled = reader.settled_by_people()?;
    let conflict = found
        .map(|found| shown(reader, who, &workflow, found, next))
        .transpose()?;
    let n = waiting.len() as u64;
    let title = match n {
        0 => "No disagreement to settle".to_owned(),
        n => format!("{} to settle", many(n, "disagreement", "disagreements")),
    };
    let done = ask
        .query
        .get("done")
        .and_then(|id| id.parse::<RecordId>().ok());
    let page = ConflictsPage {
        shell: Shell::of(site, reader, who, ("Conflicts", "/conflicts"))?,
        title,
        waiting: waiting
            .into_iter()
            .map(|one| Row {
                report: one.report,
                phase: one.phase,
                discusses: one.discusses,
                phase_words: words(one.phase),
                title: one.title.unwrap_or_else(|| "(no title)".to_owned()),
                here: Some(one.report) == here,
            })
            .collect(),
        settled,
        conflict,
        done: done.map(|id| id.to_string()),
        done_words: match ask.query.get("how") {
            Some("returned") => "Given back to those who voted",
            Some("discussed") => "Voted once more",
            _ => "Settled",
        },
    };
    Answer::page(ask.json, &page)
}

fn shown(
    reader: Reader<'_>,
    who: &Signed,
    workflow: &Workflow,
    found: Conflict,
    next: Option<RecordId>,
) -> Result<Shown, Problem> {
    let report = found.card.report;
    let row = rules::find(reader, &report.to_string())?;
    let terms = Terms::of(reader, &who.person, workflow)?;
    let given: Vec<&str> = found
        .sides
        .iter()
        .filter_map(|side| side.said.reason.as_deref())
        .collect();
    // The one reason that was given is the one that is offered.
    let offered = match given.as_slice() {
        [one, rest @ ..] if rest.iter().all(|other| other == one) => Some(*one),
        _ => None,
    };
    let reasons = workflow.screening.reasons.iter().enumerate();
    let reasons = reasons.map(|(n, reason)| Reason {
        digit: n + 1,
        code: reason.code.clone(),
        text: reason.text.clone(),
        chosen: Some(reason.code.as_str()) == offered,
    });
    let letters = ["A", "B", "C", "D", "E", "F", "G", "H"];
    let sides = found.sides.iter().enumerate().map(|(n, side)| {
        let letter = letters.get(n).copied().unwrap_or("?");
        vote(side, letter, workflow)
    });
    let late = |said: &Said| {
        let side = Side {
            name: None,
            said: said.clone(),
        };
        vote(&side, "later", workflow)
    };
    Ok(Shown {
        phase: found.phase,
        phase_words: words(found.phase),
        paper: Record::of(reader, &found.card, &row, &terms)?,
        reasons_only: found.of_reasons() && !found.discusses,
        discusses: found.discusses,
        asked: found.asked.clone(),
        given_back: found.given_back,
        later: found.later.iter().map(late).collect(),
        settled: found.settled.as_ref().map(|side| vote(side, "?", workflow)),
        reasons: reasons.collect(),
        needs_reason: found.phase == Phase::FullText,
        key: format!("{report}.{}.{}", found.phase, found.acts),
        sides: sides.collect(),
        next,
    })
}

fn vote(side: &Side, letter: &str, workflow: &Workflow) -> Vote {
    let said = &side.said;
    let reason_text = said.reason.as_deref().map_or_else(String::new, |code| {
        let known = workflow.screening.reasons.iter().enumerate();
        let known = known.into_iter().find(|(_, known)| known.code == code);
        known.map_or_else(
            || code.to_owned(),
            |(n, known)| format!("{} · {}", n + 1, known.text),
        )
    });
    Vote {
        by: side.name.clone().unwrap_or_else(|| letter.to_owned()),
        decision: said.decision,
        reason: said.reason.clone(),
        note: said.note.clone(),
        reason_text,
        class: class(said.decision),
        sign: sign(said.decision),
        word: match said.decision {
            Choice::Include => "Include",
            Choice::Exclude => "Exclude",
            Choice::Unsure => "Unsure",
            Choice::Retrieved => "Retrieved",
            Choice::NotRetrieved => "Not retrieved",
        },
    }
}

/// Settles a disagreement.
pub(in crate::web) fn settle(site: &Site, ask: &Ask, who: &Signed) -> Result<Answer, Problem> {
    let asked = report(ask, 1)?;
    let word = ask.form.get("decision").ok_or_else(|| {
        Problem::Bad("a decision is missing: include, exclude or return".to_owned())
    })?;
    // To those who voted, rather than settled.
    let choice: Option<Choice> = match word {
        "return" => None,
        word => Some(
            word.parse()
                .map_err(|error: crate::model::IdError| Problem::Bad(error.to_string()))?,
        ),
    };
    let note = note(ask)?;
    let reason = ask.form.get("reason");
    let reason = reason.filter(|_| choice == Some(Choice::Exclude));
    let typed = || kept(ask, &["decision", "reason", "note"]);
    let value = once(site, ask, who, "conflicts", |writer, acting| {
        let there = rules::find(writer.read(), &asked.to_string())?;
        let on = ("Show the report", format!("/records/{}", there.id));
        if there.id != asked {
            return Err(stale(
                "Not saved: this report was merged while it was open",
                &format!(
                    "{asked} is now part of {}. What you typed is kept below.",
                    there.id
                ),
                typed(),
                on,
            ));
        }
        let phase = match (ask.form.get("phase"), there.place.phase()) {
            (Some(phase), _) => phase
                .parse()
                .map_err(|error: crate::model::IdError| Problem::Bad(error.to_string()))?,
            (None, Some(phase)) => phase,
            (None, None) => Phase::TitleAbstract,
        };
        let gone = |error: ScreenError| match error {
            ScreenError::NoConflict { .. } | ScreenError::Settled { .. } => stale(
                "Not saved: there is no disagreement on this report to settle",
                "It was settled, or a vote was taken back, after your page was made. Nothing was \
                 changed. What you typed is kept below.",
                typed(),
                on.clone(),
            ),
            ScreenError::Discussed { .. } => stale(
                "Not given back: it was already",
                "Those who voted have not all voted once more. It can be settled meanwhile.",
                typed(),
                on.clone(),
            ),
            other => other.into(),
        };
        let Some(choice) = choice else {
            let asks = note.clone();
            let done = discuss::give_back(writer, acting, &asked.to_string(), Some(phase), asks)
                .map_err(gone)?;
            return Ok(serde_json::json!({
                "report": done.report, "phase": phase, "how": "returned",
            }));
        };
        let ballot = Ballot {
            report: asked.to_string(),
            phase,
            choice,
            reason: reason.map(str::to_owned),
            note: note.clone(),
            from: None,
            made: None,
        };
        // Who voted and was asked votes once more; anybody else settles.
        let again = discuss::waiting(writer.read(), &who.person)?.contains(&(asked, phase));
        let done = if again {
            screen::cast(writer, acting, &ballot)
        } else {
            screen::settle(writer, acting, &ballot)
        };
        let done = done.map_err(gone)?;
        Ok(serde_json::json!({
            "report": done.report, "phase": phase, "decision": choice, "changed": done.changed,
            "how": if again { "discussed" } else { "settled" },
        }))
    })?;
    let how = value.get("how").and_then(serde_json::Value::as_str);
    let how = how.unwrap_or_default();
    let next: Option<RecordId> = ask.form.get("next").and_then(|id| id.parse().ok());
    let place = next.map_or_else(String::new, |id| format!("/{id}"));
    let enters = {
        let snapshot = site.store.snapshot()?;
        enter(snapshot.read(), who).is_ok()
    };
    // Who voted once more and settles nothing has no business here until the next discussion.
    let to = if enters {
        format!("/conflicts{place}?done={asked}&how={how}")
    } else {
        format!("/records/{asked}")
    };
    onward(site, ask, &value, &to)
}
