//! Answers to the signalling questions of RoB 2 as a table, `study,result,effect,question,answer`, and
//! the judgements that follow from them, `study,result,domain,judgement,path`.
//!
//! A row is one answer; a blank one is none yet. Rows of one study and result belong together, in any
//! order, and have one effect of interest, which may stand on some of them only. What is left out of the
//! questions that the effect of adhering asks "if applicable" (2.3 to 2.5) does not apply, once domain 2
//! has an answer; that is told. Every other question that is asked and not answered leaves its domain open.

use super::rob2::{
    Answer, Assessed, Effect, Question, assess, domains, overall, question, several_concerns,
};
use crate::model::cell::guard;
use crate::model::{Judgement, number::many};
use crate::table::{ReadError, picked};
use std::collections::BTreeMap;

/// The columns of the answers.
pub const ANSWERS: [&str; 5] = ["study", "result", "effect", "question", "answer"];
/// The columns of the judgements.
pub const JUDGEMENTS: [&str; 5] = ["study", "result", "domain", "judgement", "path"];

/// The answers to the questions about one result of one study.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers {
    /// The study.
    pub study: String,
    /// Its result.
    pub result: String,
    /// The effect of interest.
    pub effect: Effect,
    /// By question: the answer, nothing where its cell is blank, and the line.
    given: BTreeMap<String, (Option<Answer>, u64)>,
}

/// Something to know about the answers that stops nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The line it is about; nothing for what is not there.
    pub line: Option<u64>,
    /// What it is.
    pub text: String,
}

/// A result with its domains, and what follows for it as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appraised {
    /// The study.
    pub study: String,
    /// Its result.
    pub result: String,
    /// The effect of interest.
    pub effect: Effect,
    /// The domains, in order.
    pub domains: Vec<Assessed>,
    /// Overall; nothing while a domain is open.
    pub overall: Option<Judgement>,
    /// What is to be known about the answers.
    pub remarks: Vec<Remark>,
}

/// Reads the bytes of a table of answers.
///
/// ```
/// use perennial::appraise::read_answers;
/// let text = "study,result,effect,question,answer\nAlpha,pain,assignment,1.1,PY\n";
/// assert_eq!(read_answers(text.as_bytes()).unwrap().len(), 1);
/// let fault = read_answers(text.replace("PY", "maybe").as_bytes()).unwrap_err();
/// assert!(fault.to_string().starts_with("line 2, column answer: `maybe` is no answer"));
/// ```
pub fn read_answers(bytes: &[u8]) -> Result<Vec<Answers>, ReadError> {
    struct Group {
        study: String,
        result: String,
        line: u64,
        effect: Option<(Effect, u64)>,
        given: BTreeMap<String, (Option<Answer>, u64)>,
    }
    let mut groups: Vec<Group> = Vec::new();
    let mut places: BTreeMap<(String, String), usize> = BTreeMap::new();
    for row in picked(bytes, &ANSWERS)? {
        let line = row.line;
        let fault = |column: &str, reason: String| ReadError::Cell {
            line,
            column: column.to_owned(),
            reason,
        };
        let [study, result, effect, asked, answer] = row.cells.as_slice() else {
            continue;
        };
        if row.cells.iter().all(String::is_empty) {
            continue;
        }
        if study.is_empty() {
            return Err(fault("study", "a study needs a name".into()));
        }
        let place = *places
            .entry((study.clone(), result.clone()))
            .or_insert_with(|| {
                groups.push(Group {
                    study: study.clone(),
                    result: result.clone(),
                    line,
                    effect: None,
                    given: BTreeMap::new(),
                });
                groups.len() - 1
            });
        let Some(group) = groups.get_mut(place) else {
            continue;
        };
        if !effect.is_empty() {
            let known = Effect::from_word(effect).ok_or_else(|| {
                let reason = format!("`{effect}` is no effect of interest: assignment or adhering");
                fault("effect", reason)
            })?;
            match group.effect {
                Some((other, first)) if other != known => {
                    let reason = format!(
                        "{} here, {} on line {first}: the assessment of one result has one effect; give \
                         the other a result of its own",
                        known.word(),
                        other.word()
                    );
                    return Err(fault("effect", reason));
                }
                Some(_) => {}
                None => group.effect = Some((known, line)),
            }
        }
        let number = asked.replace(',', ".");
        let known = Effect::ALL
            .iter()
            .find_map(|effect| question(*effect, &number));
        let Some(known) = known else {
            let reason = format!("`{asked}` is no question of RoB 2: they are {}", numbers());
            return Err(fault("question", reason));
        };
        let answer = match answer.as_str() {
            "" => None,
            text => Some(Answer::from_word(text).ok_or_else(|| {
                let reason = format!("`{text}` is no answer: Y, PY, PN, N, NI or NA");
                fault("answer", reason)
            })?),
        };
        match group.given.get(known.id) {
            Some((Some(other), first)) if answer.is_some_and(|answer| answer != *other) => {
                let reason = format!("{} is answered {other} on line {first}", known.id);
                return Err(fault("answer", reason));
            }
            Some((Some(_), _)) => {}
            Some((None, _)) | None => {
                group.given.insert(known.id.to_owned(), (answer, line));
            }
        }
    }
    if groups.is_empty() {
        return Err(ReadError::File("the file has a header and no rows".into()));
    }
    let whole = |group: Group| match group.effect {
        Some((effect, _)) => Ok(Answers {
            study: group.study,
            result: group.result,
            effect,
            given: group.given,
        }),
        None => Err(ReadError::Cell {
            line: group.line,
            column: "effect".into(),
            reason: "no row of this result says the effect of interest: assignment or adhering"
                .into(),
        }),
    };
    groups.into_iter().map(whole).collect()
}

/// The numbers of the questions: `1.1 to 1.3, 2.1 to 2.7, …`.
fn numbers() -> String {
    let spans = domains(Effect::Assignment).iter().filter_map(|domain| {
        let all = domain.questions();
        Some(format!("{} to {}", all.first()?.id, all.last()?.id))
    });
    spans.collect::<Vec<_>>().join(", ")
}

impl Answers {
    /// The judgements that follow from them.
    pub fn appraise(&self) -> Appraised {
        let mut remarks = Vec::new();
        let assessed: Vec<Assessed> = domains(self.effect)
            .iter()
            .map(|domain| {
                let answer = |id: &str| self.given.get(id).and_then(|(answer, _)| *answer);
                let mut ids = domain.questions().iter().map(|question| question.id);
                let begun = ids.any(|id| answer(id).is_some());
                let left = |id: &str| {
                    let known = domain.questions().iter().find(|question| question.id == id);
                    let may = known.is_some_and(Question::may_not_apply);
                    begun && may && !self.given.contains_key(id)
                };
                let found = assess(domain, |id| {
                    answer(id).or_else(|| left(id).then_some(Answer::NotApplicable))
                });
                let asked = found.questions.iter().filter(|one| one.answer().is_some());
                let taken: Vec<&str> = asked
                    .map(|one| one.question.id)
                    .filter(|id| left(id))
                    .collect();
                if !taken.is_empty() {
                    remarks.push(Remark {
                        line: None,
                        text: format!(
                            "{} has no row for {}: taken as not applicable",
                            domain.short,
                            taken.join(", ")
                        ),
                    });
                }
                found
            })
            .collect();
        self.remark(&assessed, &mut remarks);
        let judged: Vec<Option<Judgement>> = assessed.iter().map(|one| one.judgement).collect();
        Appraised {
            study: self.study.clone(),
            result: self.result.clone(),
            effect: self.effect,
            overall: overall(&judged),
            domains: assessed,
            remarks,
        }
    }

    /// Answers that nobody asked for, answers that a question does not offer, and what is open.
    fn remark(&self, assessed: &[Assessed], remarks: &mut Vec<Remark>) {
        for (id, (answer, line)) in &self.given {
            let Some(answer) = answer else { continue };
            let mut all = assessed.iter().flat_map(|one| &one.questions);
            let text = match all.find(|one| one.question.id == *id) {
                None if *answer == Answer::NotApplicable => continue,
                None => format!(
                    "{id} is no question of the effect of {}",
                    self.effect.word()
                ),
                Some(one) if one.is_beside() => format!(
                    "{id} is not asked: only where {}",
                    one.question.condition().unwrap_or_default()
                ),
                Some(one) if one.is_missing() => {
                    let offers = one.question.offers();
                    let offers: Vec<&str> = offers.into_iter().map(Answer::code).collect();
                    format!(
                        "{id} is asked and takes {}, not {answer}",
                        offers.join(", ")
                    )
                }
                Some(_) => continue,
            };
            remarks.push(Remark {
                line: Some(*line),
                text,
            });
        }
        let open: Vec<String> = assessed
            .iter()
            .filter(|one| one.judgement.is_none())
            .map(|one| {
                let missing: Vec<&str> = one.missing().map(|one| one.question.id).collect();
                if one.is_untouched() {
                    format!("{} (no answers)", one.domain.short)
                } else {
                    format!("{} ({} not answered)", one.domain.short, missing.join(", "))
                }
            })
            .collect();
        if !open.is_empty() {
            remarks.push(Remark {
                line: None,
                text: format!("open: {}", open.join(", ")),
            });
        }
    }
}

impl Appraised {
    /// What it is called in a message: the study, and its result where that has a name.
    pub fn label(&self) -> String {
        if self.result.is_empty() {
            self.study.clone()
        } else {
            format!("{}, {}", self.study, self.result)
        }
    }

    /// How the overall judgement comes from those of the domains.
    pub fn path(&self) -> String {
        let judged = |one: &Assessed| one.judgement.map_or("open", Judgement::word);
        let each = self.domains.iter();
        let each: Vec<String> = each
            .map(|one| format!("{} {}", one.domain.short, judged(one)))
            .collect();
        let judgements: Vec<Option<Judgement>> =
            self.domains.iter().map(|one| one.judgement).collect();
        let raise = if several_concerns(&judgements) {
            "; the assessor may judge High where these concerns together lower confidence substantially"
        } else {
            ""
        };
        format!("{}{raise}", each.join(", "))
    }
}

/// The judgements as CSV: a row for each domain and one for the result as a whole; a blank judgement is
/// an open one.
pub fn write_judgements(all: &[Appraised]) -> String {
    let mut out = csv::Writer::from_writer(Vec::new());
    let mut row = |cells: [&str; 5]| {
        // Memory takes every row.
        let _ = out.write_record(cells.map(|cell| guard(cell).into_owned()));
    };
    row(JUDGEMENTS);
    for one in all {
        let (study, result) = (one.study.as_str(), one.result.as_str());
        let word = |judgement: Option<Judgement>| judgement.map_or("", Judgement::word);
        for domain in &one.domains {
            let short = domain.domain.short;
            row([study, result, short, word(domain.judgement), &domain.path()]);
        }
        row([study, result, "Overall", word(one.overall), &one.path()]);
    }
    String::from_utf8(out.into_inner().unwrap_or_default()).unwrap_or_default()
}

/// How many results are judged and how many open, in words.
pub fn tally(all: &[Appraised]) -> String {
    let results = u64::try_from(all.len()).unwrap_or(u64::MAX);
    let open = all.iter().filter(|one| one.overall.is_none()).count();
    let results = many(results, "result", "results");
    if open == 0 {
        format!("{results}, each judged")
    } else {
        format!("{results}, {open} of them open")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "study,result,effect,question,answer\n";

    fn one(rows: &str) -> Appraised {
        let all = read_answers(format!("{HEAD}{rows}").as_bytes()).unwrap();
        assert_eq!(all.len(), 1);
        all[0].appraise()
    }

    /// A whole assessment by the effect of assignment, low but for what `rows` says first.
    fn whole(rows: &str) -> Appraised {
        let mut text = rows.to_owned();
        for (id, answer) in [
            ("1.1", "Y"),
            ("1.2", "Y"),
            ("1.3", "N"),
            ("2.1", "N"),
            ("2.2", "N"),
            ("2.6", "Y"),
            ("3.1", "Y"),
            ("4.1", "N"),
            ("4.2", "N"),
            ("4.3", "N"),
            ("5.1", "Y"),
            ("5.2", "N"),
            ("5.3", "N"),
        ] {
            if !rows.contains(&format!(",{id},")) {
                text.push_str(&format!("Alpha,pain,assignment,{id},{answer}\n"));
            }
        }
        one(&text)
    }

    fn texts(found: &Appraised) -> Vec<(Option<u64>, &str)> {
        found
            .remarks
            .iter()
            .map(|one| (one.line, one.text.as_str()))
            .collect()
    }

    #[test]
    fn a_whole_assessment_is_judged_and_says_how() {
        let low = whole("");
        assert_eq!((low.overall, low.remarks.len()), (Some(Judgement::Low), 0));
        let two = whole("Alpha,pain,,1.3,Y\nAlpha,pain,,5.1,NI\n");
        assert_eq!(two.overall, Some(Judgement::SomeConcerns));
        assert!(two.path().contains("the assessor may judge High"));
        let text = write_judgements(&[two]);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 7);
        assert_eq!(
            lines[1],
            "Alpha,pain,D1,Some concerns,\"1.1 Y, 1.2 Y, 1.3 Y: Some concerns\""
        );
        assert!(
            lines[6].starts_with("Alpha,pain,Overall,Some concerns,\"D1 Some concerns, D2 Low")
        );
    }

    #[test]
    fn judgements_of_answers_are_read_as_a_table_of_judgements() {
        let found = whole("Alpha,pain,assignment,4.1,Y\n");
        let table = crate::appraise::read(write_judgements(&[found]).as_bytes()).unwrap();
        assert_eq!(table.tool.as_deref(), Some("RoB 2"));
        assert_eq!(table.studies[0].overall, Some(Judgement::High));
        assert_eq!(table.studies[0].domains[3], Judgement::High);
    }

    #[test]
    fn what_is_open_beside_or_not_offered_is_said() {
        let found = whole("Alpha,pain,assignment,2.3,Y\nAlpha,pain,assignment,3.1,\n");
        assert_eq!(found.overall, None);
        assert_eq!(
            texts(&found),
            [
                (
                    Some(2),
                    "2.3 is not asked: only where 2.1 or 2.2 is Y, PY or NI"
                ),
                (None, "open: D3 (no answers)"),
            ]
        );
        let found = whole("Alpha,pain,assignment,3.1,N\nAlpha,pain,assignment,3.2,NI\n");
        assert_eq!(
            texts(&found),
            [
                (Some(3), "3.2 is asked and takes Y, PY, PN, N, not NI"),
                (None, "open: D3 (3.2 not answered)"),
            ]
        );
        let found = one("Alpha,pain,adhering,2.7,Y\nAlpha,pain,adhering,2.1,N\n");
        assert_eq!(
            texts(&found)[1],
            (Some(2), "2.7 is no question of the effect of adhering")
        );
    }

    #[test]
    fn what_is_asked_if_applicable_and_has_no_row_does_not_apply() {
        let rows = "Alpha,pain,adhering,2.1,N\nAlpha,pain,adhering,2.2,N\n";
        let found = one(rows);
        assert_eq!(found.domains[1].judgement, Some(Judgement::Low));
        assert_eq!(
            texts(&found)[0],
            (None, "D2 has no row for 2.4, 2.5: taken as not applicable")
        );
        // A row with a blank answer is a question that nobody has answered yet.
        let found = one(&format!("{rows}Alpha,pain,adhering,2.4,\n"));
        assert_eq!(found.domains[1].judgement, None);
        // Nor does a domain without an answer become one that does not apply.
        let found = one("Alpha,pain,adhering,1.1,Y\n");
        assert!(found.domains[1].is_untouched());
        // By the effect of assignment nothing is left out in silence.
        let found = one(
            "Alpha,pain,assignment,2.1,Y\nAlpha,pain,assignment,2.2,Y\nAlpha,pain,assignment,2.6,Y\n",
        );
        assert_eq!(found.domains[1].judgement, None);
    }

    #[test]
    fn what_cannot_be_read_is_told_with_line_and_column() {
        let fault = |rows: &str| {
            read_answers(format!("{HEAD}{rows}").as_bytes())
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            fault("A,x,assignment,1.1,Y\n,x,assignment,1.1,Y\n"),
            "line 3, column study: a study needs a name"
        );
        assert_eq!(
            fault("A,x,assigned,1.1,Y\n"),
            "line 2, column effect: `assigned` is no effect of interest: assignment or adhering"
        );
        assert!(fault("A,x,,1.1,Y\n").starts_with("line 2, column effect: no row of this result"));
        assert_eq!(
            fault("A,x,assignment,1.4,Y\n"),
            "line 2, column question: `1.4` is no question of RoB 2: they are 1.1 to 1.3, 2.1 to 2.7, 3.1 \
             to 3.4, 4.1 to 4.5, 5.1 to 5.3"
        );
        assert_eq!(
            fault("A,x,assignment,1.1,Perhaps\n"),
            "line 2, column answer: `Perhaps` is no answer: Y, PY, PN, N, NI or NA"
        );
        assert_eq!(
            fault("A,x,assignment,1.1,Y\nA,x,,1.1,N\n"),
            "line 3, column answer: 1.1 is answered Y on line 2"
        );
        assert!(
            fault("A,x,assignment,1.1,Y\nA,x,adhering,1.2,N\n")
                .starts_with("line 3, column effect: adhering here, assignment on line 2")
        );
        assert!(read_answers(b"study,result,question,answer\nA,x,1.1,Y\n").is_err());
        assert!(read_answers(HEAD.as_bytes()).is_err());
    }

    #[test]
    fn rows_are_read_as_spreadsheets_leave_them() {
        let text = "\u{feff}Study;Result;Effect;Question;Answer\r\nA;x;Adherence;\"1,1\";probably yes\r\n;;;;\r\n\
                    A;x;;1.2;n\r\nB;x;assignment;1.1;N/A\r\n";
        let all = read_answers(text.as_bytes()).unwrap();
        assert_eq!(all.len(), 2);
        assert_eq!(all[0].effect, Effect::Adhering);
        assert_eq!(all[0].given["1.1"].0, Some(Answer::ProbablyYes));
        assert_eq!(tally(&[all[0].appraise()]), "1 result, 1 of them open");
    }
}
