//! `[[filter.rule]]`: exactly one condition on positive evidence.
//!
//! A record is removed for what it shows, never for what it lacks: a missing abstract or an
//! unindexed record is common among the newest reports, and a rule by absence would lose them.

use super::diagnostic::{one_of, quoted};
use super::read::{Reader, Section};
use super::sources::unique;
use super::types::{Evidence, FilterRule, RemovalBox};

/// The keys of which a rule has exactly one.
pub(super) const CONDITIONS: [&str; 6] = [
    "publication_type_any",
    "title_any",
    "heading_any",
    "keyword_any",
    "no_title_and_no_identifier",
    "abstract_lacks",
];

/// Every rule of `[filter]`, in order.
pub(super) fn rules(reader: &mut Reader, top: &Section) -> Vec<FilterRule> {
    let filter = reader.table(top, "filter");
    let sections = reader.tables(&filter, "rule");
    unique(reader, &sections, "name", "rule");
    sections
        .iter()
        .filter_map(|section| rule(reader, section))
        .collect()
}

fn rule(reader: &mut Reader, section: &Section) -> Option<FilterRule> {
    let name = section.text("name").unwrap_or_default();
    let evidence = evidence(reader, section, &name)?;
    let off_by_default = matches!(evidence, Evidence::AbstractLacks(_));
    let unless = section.texts("unless_title_any").unwrap_or_default();
    if evidence == Evidence::NoTitleAndNoIdentifier && !unless.is_empty() {
        let span = section.key_span("unless_title_any");
        let problem = reader
            .at(
                span,
                "`unless_title_any` can never keep a record of this rule",
            )
            .label("the rule takes records without a title")
            .help("leave this key out");
        reader.keep(section, problem);
    }
    let removal = match section.text("box").as_deref() {
        Some("other") => RemovalBox::Other,
        Some(_) | None => RemovalBox::Automation,
    };
    Some(FilterRule {
        name,
        removal,
        description: section.text("description"),
        enabled: section.flag("enabled").unwrap_or(!off_by_default),
        unless_title_any: unless,
        evidence,
    })
}

fn evidence(reader: &mut Reader, section: &Section, name: &str) -> Option<Evidence> {
    let given: Vec<&str> = CONDITIONS
        .into_iter()
        .filter(|key| section.get(key).is_some())
        .collect();
    let (key, rest) = match given.as_slice() {
        [] => {
            if section.by_absence || CONDITIONS.iter().any(|key| section.is_meant(key)) {
                return None;
            }
            let problem = reader
                .at(
                    section.place(),
                    format!("rule {} has no condition", quoted(name)),
                )
                .label("removes nothing")
                .help(format!("give it exactly one of {}", one_of(&CONDITIONS)));
            reader.keep(section, problem);
            return None;
        }
        [key, rest @ ..] => (*key, rest),
    };
    if let Some(second) = rest.first() {
        let problem = reader
            .at(
                section.key_span(second),
                format!("rule {} has two conditions", quoted(name)),
            )
            .label("a second condition")
            .context(section.key_span(key), "the first condition")
            .help("make two rules of it, so that each is counted by itself");
        reader.keep(section, problem);
    }
    let texts = || section.texts(key);
    match key {
        "publication_type_any" => texts().map(Evidence::PublicationTypeAny),
        "title_any" => texts().map(Evidence::TitleAny),
        "heading_any" => texts().map(Evidence::HeadingAny),
        "keyword_any" => texts().map(Evidence::KeywordAny),
        "abstract_lacks" => texts().map(Evidence::AbstractLacks),
        _ => {
            if section.flag(key) == Some(false) {
                let problem = reader
                    .at(section.span(key), format!("`{key}` can only be `true`"))
                    .label("the rule would remove nothing")
                    .help("to switch a rule off write `enabled = false`");
                reader.keep(section, problem);
            }
            Some(Evidence::NoTitleAndNoIdentifier)
        }
    }
}
