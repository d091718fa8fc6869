//! RoB 2 from its signalling questions to the judgement of each domain and of the result as a whole.
//!
//! The questions, when each is asked, and the way from the answers to a judgement are those of the
//! tool of 22 August 2019 for individually randomised, parallel-group trials: Higgins JPT, Savović J,
//! Page MJ, Sterne JAC (editors), *Revised Cochrane risk-of-bias tool for randomized trials (RoB 2)*,
//! its algorithm for the suggested judgement of each domain and the table of the overall judgement;
//! Sterne JAC et al., BMJ 2019;366:l4898. The tool stands here as data ([`domains`]): questions with the
//! condition under which they are asked, and rules in order, the first that fits gives the judgement.
//! The prompts are short ones of our own; the tool's text has what each question means.
//!
//! `Y` and `PY` lead to one judgement, and so do `N` and `PN`. A domain is judged once every question
//! that is asked has one of the answers that it offers, and is open until then, even where the answers
//! that are there would settle it: a judgement is of a whole assessment.

use crate::model::Judgement;
use std::fmt;

mod tool;

pub use tool::domains;

/// An answer to a signalling question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    /// Yes.
    Yes,
    /// Probably yes.
    ProbablyYes,
    /// Probably no.
    ProbablyNo,
    /// No.
    No,
    /// No information.
    NoInformation,
    /// Not applicable.
    NotApplicable,
}

impl Answer {
    /// Every answer, as the tool lists them.
    pub const ALL: [Self; 6] = [
        Self::Yes,
        Self::ProbablyYes,
        Self::ProbablyNo,
        Self::No,
        Self::NoInformation,
        Self::NotApplicable,
    ];

    /// The tool's letters.
    pub fn code(self) -> &'static str {
        match self {
            Self::Yes => "Y",
            Self::ProbablyYes => "PY",
            Self::ProbablyNo => "PN",
            Self::No => "N",
            Self::NoInformation => "NI",
            Self::NotApplicable => "NA",
        }
    }

    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            Self::Yes => "Yes",
            Self::ProbablyYes => "Probably yes",
            Self::ProbablyNo => "Probably no",
            Self::No => "No",
            Self::NoInformation => "No information",
            Self::NotApplicable => "Not applicable",
        }
    }

    /// The answer of its letters or words.
    ///
    /// ```
    /// use perennial::appraise::rob2::Answer;
    /// assert_eq!(Answer::from_word("py"), Some(Answer::ProbablyYes));
    /// assert_eq!(Answer::from_word("Probably no"), Some(Answer::ProbablyNo));
    /// assert_eq!(Answer::from_word("maybe"), None);
    /// ```
    pub fn from_word(text: &str) -> Option<Self> {
        let plain = text.trim().replace(['_', '-', '\u{a0}'], " ");
        let known = |one: &Self| {
            plain.eq_ignore_ascii_case(one.code()) || plain.eq_ignore_ascii_case(one.word())
        };
        let other = || match plain.to_lowercase().as_str() {
            "n/a" => Some(Self::NotApplicable),
            "n/i" => Some(Self::NoInformation),
            _ => None,
        };
        Self::ALL.into_iter().find(known).or_else(other)
    }

    /// What the rules tell apart.
    fn plain(self) -> Plain {
        match self {
            Self::Yes | Self::ProbablyYes => Plain::Y,
            Self::No | Self::ProbablyNo => Plain::N,
            Self::NoInformation => Plain::NI,
            Self::NotApplicable => Plain::NA,
        }
    }
}

/// The effect of interest, on which the questions of domain 2 depend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Of assignment to the intervention (the intention-to-treat effect).
    Assignment,
    /// Of adhering to the intervention (the per-protocol effect).
    Adhering,
}

impl Effect {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Assignment, Self::Adhering];

    /// As files name it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Assignment => "assignment",
            Self::Adhering => "adhering",
        }
    }

    /// The effect of its word, with or without `to intervention` behind it.
    pub fn from_word(text: &str) -> Option<Self> {
        let plain = text.trim().to_lowercase().replace(['_', '-'], " ");
        let plain = plain.split(" to ").next().unwrap_or_default();
        match plain {
            "assignment" => Some(Self::Assignment),
            "adhering" | "adherence" => Some(Self::Adhering),
            _ => None,
        }
    }
}

/// An answer as the rules see it: probably is as good as certainly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Plain {
    Y,
    N,
    NI,
    NA,
}

/// An answer to a question is one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Test(&'static str, &'static [Plain]);

/// When a question is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Always,
    /// One of the tests holds.
    Any(&'static [Test]),
    /// All of them hold.
    All(&'static [Test]),
}

/// All tests hold: this is the judgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rule(&'static [Test], Judgement);

/// A signalling question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// Its number in the tool: `2.6`.
    pub id: &'static str,
    /// What it asks, in short.
    pub prompt: &'static str,
    asked: Asked,
    /// Whether it offers no information.
    no_information: bool,
    /// Whether it may be answered by not applicable where it is asked.
    applicable: bool,
}

impl Question {
    /// The answers that it offers where it is asked.
    pub fn offers(&self) -> Vec<Answer> {
        let all = Answer::ALL.into_iter();
        all.filter(|answer| self.takes(*answer)).collect()
    }

    /// Whether it offers this answer where it is asked.
    pub fn takes(&self, answer: Answer) -> bool {
        match answer {
            Answer::Yes | Answer::ProbablyYes | Answer::ProbablyNo | Answer::No => true,
            Answer::NoInformation => self.no_information,
            Answer::NotApplicable => self.applicable,
        }
    }

    /// Whether it is one of those that the tool asks "if applicable".
    pub fn may_not_apply(&self) -> bool {
        self.applicable
    }

    /// When it is asked, in words; nothing for one that always is.
    ///
    /// ```
    /// use perennial::appraise::rob2::{Effect, question};
    /// let asked = question(Effect::Assignment, "2.3").unwrap().condition();
    /// assert_eq!(asked.as_deref(), Some("2.1 or 2.2 is Y, PY or NI"));
    /// ```
    pub fn condition(&self) -> Option<String> {
        let (tests, and) = match self.asked {
            Asked::Always => return None,
            Asked::Any(tests) => (tests, "or"),
            Asked::All(tests) => (tests, "and"),
        };
        let words = |set: &[Plain]| {
            let codes: Vec<&str> = set
                .iter()
                .flat_map(|plain| match plain {
                    Plain::Y => ["Y", "PY"].as_slice(),
                    Plain::N => &["N", "PN"],
                    Plain::NI => &["NI"],
                    Plain::NA => &["NA"],
                })
                .copied()
                .collect();
            listed(&codes, "or")
        };
        let same = tests.windows(2).all(|pair| match pair {
            [a, b] => a.1 == b.1,
            _ => true,
        });
        let (Some(first), true) = (tests.first(), same) else {
            let each = tests
                .iter()
                .map(|Test(id, set)| format!("{id} is {}", words(set)));
            return Some(each.collect::<Vec<_>>().join(&format!(", {and} ")));
        };
        let ids: Vec<&str> = tests.iter().map(|test| test.0).collect();
        let verb = if and == "and" && ids.len() > 1 {
            "are"
        } else {
            "is"
        };
        Some(format!("{} {verb} {}", listed(&ids, and), words(first.1)))
    }
}

/// Words as a list: `Y, PY or NI`.
fn listed(words: &[&str], last: &str) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}

/// A domain of the tool under one effect of interest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Domain {
    /// `D2`.
    pub short: &'static str,
    /// What it is about.
    pub name: &'static str,
    questions: &'static [Question],
    /// Each part is judged by the first of its rules that fits, the domain by its worst part.
    parts: &'static [&'static [Rule]],
}

impl Domain {
    /// Its questions, in order.
    pub fn questions(&self) -> &'static [Question] {
        self.questions
    }
}

/// A question of the tool by its number.
pub fn question(effect: Effect, id: &str) -> Option<&'static Question> {
    let mut all = domains(effect).iter().flat_map(|domain| domain.questions);
    all.find(|question| question.id == id)
}

/// Whether a question is asked, by the answers to those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// It is.
    Asked,
    /// It is not.
    NotAsked,
    /// That hangs on a question that has no answer yet.
    Waits,
}

/// Where one question stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The question.
    pub question: &'static Question,
    /// Whether it is asked.
    pub reach: Reach,
    /// What was answered, whether or not it is asked or offers that.
    pub given: Option<Answer>,
}

impl Standing {
    /// The answer that counts: one that the question offers, where it is asked.
    pub fn answer(&self) -> Option<Answer> {
        let asked = self.reach == Reach::Asked;
        self.given
            .filter(|given| asked && self.question.takes(*given))
    }

    /// Whether it is asked and has no answer that it offers.
    pub fn is_missing(&self) -> bool {
        self.reach == Reach::Asked && self.answer().is_none()
    }

    /// Whether an answer stands here that nobody asked for; not applicable is none.
    pub fn is_beside(&self) -> bool {
        self.reach == Reach::NotAsked
            && self
                .given
                .is_some_and(|given| given != Answer::NotApplicable)
    }

    /// As a rule sees it; nothing while that is not known.
    fn plain(&self) -> Option<Plain> {
        match self.reach {
            Reach::NotAsked => Some(Plain::NA),
            Reach::Asked => self.answer().map(Answer::plain),
            Reach::Waits => None,
        }
    }
}

/// A domain with the answers to its questions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessed {
    /// The domain.
    pub domain: &'static Domain,
    /// Its questions in order.
    pub questions: Vec<Standing>,
    /// The judgement that the algorithm gives; nothing while a question is open.
    pub judgement: Option<Judgement>,
    /// Those of its parts, in order, where they can be given.
    parts: Vec<Option<Judgement>>,
}

impl Assessed {
    /// The way through the questions that are asked, with where each part leads.
    ///
    /// ```
    /// use perennial::appraise::rob2::{Answer, Effect, assess, domains};
    /// let two = &domains(Effect::Assignment)[1];
    /// let said = |id: &str| match id {
    ///     "2.1" | "2.2" => Some(Answer::ProbablyNo),
    ///     _ => Some(Answer::Yes),
    /// };
    /// let assessed = assess(two, said);
    /// assert_eq!(assessed.path(), "2.1 PN, 2.2 PN: Low; 2.6 Y: Low");
    /// ```
    pub fn path(&self) -> String {
        let parts = self.domain.parts.iter().zip(&self.parts);
        let parts = parts.map(|(rules, judgement)| {
            let named = |id: &str| {
                let mut tests = rules.iter().flat_map(|rule| rule.0);
                tests.any(|test| test.0 == id)
            };
            let here = self.questions.iter();
            let here = here.filter(|one| one.reach == Reach::Asked && named(one.question.id));
            let said: Vec<String> = here
                .map(|one| match (one.answer(), one.given) {
                    (Some(answer), _) => format!("{} {}", one.question.id, answer.code()),
                    (None, None) => format!("{} not answered", one.question.id),
                    (None, Some(other)) => {
                        format!("{} {} is no answer to it", one.question.id, other.code())
                    }
                })
                .collect();
            let said = said.join(", ");
            match judgement {
                Some(judgement) => format!("{said}: {}", judgement.word()),
                None => said,
            }
        });
        let parts: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
        parts.join("; ")
    }

    /// The questions that are asked and have no answer that they offer.
    pub fn missing(&self) -> impl Iterator<Item = &Standing> {
        self.questions.iter().filter(|one| one.is_missing())
    }

    /// Whether nobody has answered anything here.
    pub fn is_untouched(&self) -> bool {
        self.questions.iter().all(|one| one.given.is_none())
    }
}

/// Takes the answers to a domain's questions and gives where each question stands and the judgement.
pub fn assess(domain: &'static Domain, given: impl Fn(&str) -> Option<Answer>) -> Assessed {
    let mut questions: Vec<Standing> = Vec::with_capacity(domain.questions.len());
    for question in domain.questions {
        let reach = reach(question.asked, &questions);
        questions.push(Standing {
            question,
            reach,
            given: given(question.id),
        });
    }
    let whole = questions.iter().all(|one| one.plain().is_some());
    let parts: Vec<Option<Judgement>> = domain
        .parts
        .iter()
        .map(|rules| {
            let mut rules = rules.iter();
            let found = rules.find_map(|Rule(tests, judgement)| {
                // A rule in doubt may be the first that fits.
                let mut fits = Some(true);
                for test in *tests {
                    match holds(*test, &questions) {
                        Some(true) => {}
                        Some(false) => {
                            fits = Some(false);
                            break;
                        }
                        None => fits = None,
                    }
                }
                match fits {
                    Some(true) => Some(Some(*judgement)),
                    Some(false) => None,
                    None => Some(None),
                }
            });
            found.flatten()
        })
        .collect();
    let worst = parts
        .iter()
        .copied()
        .collect::<Option<Vec<Judgement>>>()
        .and_then(|all| all.into_iter().max());
    Assessed {
        domain,
        judgement: worst.filter(|_| whole),
        questions,
        parts,
    }
}

/// Whether a test holds; nothing while that is not known.
fn holds(test: Test, before: &[Standing]) -> Option<bool> {
    let found = before.iter().find(|one| one.question.id == test.0)?;
    found.plain().map(|plain| test.1.contains(&plain))
}

fn reach(asked: Asked, before: &[Standing]) -> Reach {
    let (tests, all) = match asked {
        Asked::Always => return Reach::Asked,
        Asked::Any(tests) => (tests, false),
        Asked::All(tests) => (tests, true),
    };
    let found = || tests.iter().map(|test| holds(*test, before));
    // One that fails settles all of them, one that holds settles any.
    if found().any(|one| one == Some(!all)) {
        return if all { Reach::NotAsked } else { Reach::Asked };
    }
    if found().any(|one| one.is_none()) {
        return Reach::Waits;
    }
    if all { Reach::Asked } else { Reach::NotAsked }
}

/// The overall judgement that follows from those of the domains: low where all are low, high where one
/// is, some concerns otherwise; nothing while a domain is open. Where several domains have some
/// concerns "in a way that substantially lowers confidence in the result", the tool lets the assessor
/// judge high: that is a judgement of a person ([`several_concerns`]), no arithmetic.
///
/// ```
/// use perennial::appraise::rob2::overall;
/// use perennial::model::Judgement::{High, Low, SomeConcerns};
/// assert_eq!(overall(&[Some(Low), Some(SomeConcerns)]), Some(SomeConcerns));
/// assert_eq!(overall(&[Some(High), Some(SomeConcerns)]), Some(High));
/// assert_eq!(overall(&[Some(High), None]), None);
/// ```
pub fn overall(domains: &[Option<Judgement>]) -> Option<Judgement> {
    let all: Option<Vec<Judgement>> = domains.iter().copied().collect();
    all?.into_iter().max()
}

/// Whether more than one domain has some concerns and none a high risk, so that the assessor may judge
/// the result as a whole at high risk.
pub fn several_concerns(domains: &[Option<Judgement>]) -> bool {
    let concerns = domains
        .iter()
        .filter(|one| **one == Some(Judgement::SomeConcerns));
    concerns.count() > 1 && overall(domains) == Some(Judgement::SomeConcerns)
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests;
