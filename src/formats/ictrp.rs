//! The XML of the WHO's International Clinical Trials Registry Platform ("Export all trials to
//! XML"): flat elements, one `<Trial>` each.
//!
//! `Internal_Number` is the stable key of the platform, `TrialID` the register's own number, by
//! which studies are linked. The export has no abstract; what a screener reads instead are the
//! condition, the intervention, the outcome and the design, each under its name.

use super::values::{add_once, registry_number, year};
use super::xml::{Cut, Element, records};
use super::{Format, FormatError, IctrpTrial, Native, Parsed, ParsedRecord, Problem, ProblemKind};
use crate::model::{Record, RecordKind, RegistryId};

/// Elements whose values have found their place in the record.
const PLACED: [&str; 7] = [
    "TrialID",
    "Public_title",
    "Scientific_title",
    "Acronym",
    "web_address",
    "Study_type",
    "Condition",
];

/// The elements that stand for the abstract, with their names.
const SECTIONS: [(&str, &str); 4] = [
    ("Condition", "CONDITION"),
    ("Intervention", "INTERVENTION"),
    ("Primary_outcome", "PRIMARY OUTCOME"),
    ("Study_design", "DESIGN"),
];

/// Reads one file.
pub(super) fn read(text: &str) -> Result<Parsed, FormatError> {
    let found = records(text, "Trial")?;
    let mut problems = found.problems;
    let built = found.list.iter().map(|cut| build(cut, &mut problems));
    let built = built.collect();
    problems.sort_by_key(|p| (p.line, p.record));
    Ok(Parsed {
        account: super::Account::default(),
        format: Format::Ictrp,
        dialect: "who ictrp",
        records: built,
        problems,
        lines: found.lines,
        declared: None,
        query: None,
    })
}

fn build(cut: &Cut, out: &mut Vec<Problem>) -> ParsedRecord {
    let (n, line) = (cut.n, cut.line);
    let field = |name: &str| field(&cut.element, name);
    let trial = IctrpTrial {
        n,
        line,
        trial_id: field("TrialID"),
        registry: field("Source_Register"),
        public_title: field("Public_title"),
        scientific_title: field("Scientific_title"),
        date_registration: registered(&cut.element),
        status: field("Recruitment_Status"),
        study_type: field("Study_type"),
        phase: field("Phase"),
        target_size: field("Target_size"),
        url: field("web_address"),
        secondary_ids: field("Secondary_ID"),
        internal_number: field("Internal_Number"),
    };
    if trial.date_registration.is_none()
        && let Some(text) = field("Date_registration")
    {
        let text = format!("no date in `{text}`");
        out.push(Problem::at(line, n, ProblemKind::BadDate, text));
    }
    ParsedRecord {
        n,
        line: Some(line),
        record: record(&cut.element, &trial),
        native: Native::Ictrp(Box::new(trial)),
    }
}

/// The text of an element without the line breaks that registers write as `<br>`.
fn field(element: &Element, name: &str) -> Option<String> {
    let text = element.child(name)?.text()?;
    if !text.contains("<br") {
        return Some(text);
    }
    let plain = text
        .replace("<br>", " ")
        .replace("<br/>", " ")
        .replace("<br />", " ");
    super::values::filled(&plain)
}

/// `Date_registration3` is YYYYMMDD; `Date_registration` is DD/MM/YYYY or ISO.
fn registered(element: &Element) -> Option<String> {
    let digits = field(element, "Date_registration3").unwrap_or_default();
    if digits.len() == 8 && digits.bytes().all(|b| b.is_ascii_digit()) {
        let (year, rest) = digits.split_at(4);
        let (month, day) = rest.split_at(2);
        return Some(format!("{year}-{month}-{day}"));
    }
    let text = field(element, "Date_registration")?;
    if let [day, month, year] = text.split('/').collect::<Vec<_>>().as_slice() {
        return Some(format!("{year}-{month:0>2}-{day:0>2}"));
    }
    year(&text).map(|_| text)
}

fn record(element: &Element, trial: &IctrpTrial) -> Record {
    let title = trial
        .public_title
        .clone()
        .or_else(|| trial.scientific_title.clone());
    let other = trial
        .scientific_title
        .clone()
        .filter(|t| Some(t) != title.as_ref());
    let own = trial.trial_id.as_deref();
    let mut registry: Vec<RegistryId> = own
        .and_then(|id| RegistryId::parse(id).ok())
        .into_iter()
        .collect();
    let secondary = trial.secondary_ids.as_deref().unwrap_or_default();
    for id in secondary.split(';').filter_map(registry_number) {
        add_once(&mut registry, id);
    }
    let sections = SECTIONS.iter().filter_map(|(name, label)| {
        let text = field(element, name)?;
        Some(format!("{label}: {text}"))
    });
    let sections: Vec<_> = sections.collect();
    let conditions = field(element, "Condition").unwrap_or_default();
    Record {
        kind: RecordKind::Trial,
        source_id: trial
            .trial_id
            .clone()
            .or_else(|| trial.internal_number.clone()),
        title,
        other_titles: other.into_iter().collect(),
        year: trial.date_registration.as_deref().and_then(year),
        registry,
        abstract_text: (!sections.is_empty()).then(|| sections.join("\n")),
        publication_types: trial.study_type.clone().into_iter().collect(),
        keywords: conditions
            .split(';')
            .filter_map(super::values::filled)
            .collect(),
        acronym: field(element, "Acronym"),
        url: trial.url.clone(),
        extra: element.rest(&PLACED),
        ..Record::default()
    }
}
