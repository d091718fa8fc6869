//! Automation rules: what is removed before screening, on positive evidence only.
//!
//! Takes the rules of the workflow and the records of one report; gives the rule that removes the
//! report and the text that shows it, or nothing. A record is never removed for what it lacks:
//! the one rule that works by absence acts only on records that have an abstract, and is off
//! unless the workflow turns it on. Removals are counted by rule in PRISMA 2020's "records marked
//! as ineligible by automation tools" and "removed for other reasons" (item 16a and its diagram).
//!
//! A report has as many copies as sources: evidence on any copy counts, and so does whatever
//! keeps a record.

use crate::model::{Digest, Record};
use crate::workflow::{Evidence, FilterRule};
use serde_json::json;

/// A rule that removes a report, and what shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removal<'a> {
    /// The rule that matched, as the workflow has it.
    pub rule: &'a FilterRule,
    /// The field and the text that matched: `publication type: Case Reports`.
    pub evidence: String,
}

/// The first rule, in the order of the workflow, that removes a report with these records.
pub fn judge<'a>(rules: &'a [FilterRule], records: &[&Record]) -> Option<Removal<'a>> {
    rules.iter().filter(|rule| rule.enabled).find_map(|rule| {
        let kept = records.iter().any(|record| {
            titles(record).any(|title| first_phrase(title, &rule.unless_title_any).is_some())
        });
        if kept {
            return None;
        }
        let evidence = evidence(&rule.evidence, records)?;
        Some(Removal { rule, evidence })
    })
}

fn titles(record: &Record) -> impl Iterator<Item = &str> {
    record
        .title
        .as_deref()
        .into_iter()
        .chain(record.other_titles.iter().map(String::as_str))
}

fn evidence(wanted: &Evidence, records: &[&Record]) -> Option<String> {
    match wanted {
        Evidence::PublicationTypeAny(words) => records.iter().find_map(|record| {
            listed(&record.publication_types, words).map(|t| format!("publication type: {t}"))
        }),
        Evidence::HeadingAny(words) => records
            .iter()
            .find_map(|record| listed(&record.headings, words).map(|t| format!("heading: {t}"))),
        Evidence::KeywordAny(words) => records
            .iter()
            .find_map(|record| listed(&record.keywords, words).map(|t| format!("keyword: {t}"))),
        Evidence::TitleAny(phrases) => records.iter().find_map(|record| {
            titles(record)
                .find_map(|title| first_phrase(title, phrases))
                .map(|phrase| format!("title: {phrase}"))
        }),
        Evidence::NoTitleAndNoIdentifier => {
            let bare = |record: &&Record| {
                titles(record).next().is_none()
                    && record.doi.is_none()
                    && record.pmid.is_none()
                    && record.pmcid.is_none()
                    && record.registry.is_empty()
            };
            (!records.is_empty() && records.iter().all(bare))
                .then(|| "no title and no identifier".to_owned())
        }
        Evidence::AbstractLacks(phrases) => {
            let texts: Vec<&str> = records
                .iter()
                .filter_map(|record| record.abstract_text.as_deref())
                .collect();
            let any = texts
                .iter()
                .copied()
                .chain(records.iter().flat_map(|record| titles(record)));
            let found = any
                .into_iter()
                .any(|text| first_phrase(text, phrases).is_some());
            (!texts.is_empty() && !found)
                .then(|| format!("title and abstract hold none of: {}", phrases.join(", ")))
        }
    }
}

fn listed<'a>(values: &'a [String], wanted: &[String]) -> Option<&'a str> {
    values
        .iter()
        .find(|value| {
            wanted
                .iter()
                .any(|w| w.trim().eq_ignore_ascii_case(value.trim()))
        })
        .map(String::as_str)
}

/// The first of `phrases` that begins at a word of `text`, in any letter case.
fn first_phrase<'a>(text: &str, phrases: &'a [String]) -> Option<&'a str> {
    let text = text.to_lowercase();
    phrases
        .iter()
        .map(String::as_str)
        .find(|phrase| begins_at_word(&text, &phrase.to_lowercase()))
}

fn begins_at_word(text: &str, phrase: &str) -> bool {
    if phrase.is_empty() {
        return false;
    }
    text.match_indices(phrase).any(|(at, _)| {
        text.get(..at)
            .and_then(|before| before.chars().next_back())
            .is_none_or(|c| !c.is_alphanumeric())
    })
}

/// The version of a rule: SHA-256 of what it says, so that a changed rule is another version.
pub fn digest(rule: &FilterRule) -> Digest {
    let values: &[String] = match &rule.evidence {
        Evidence::PublicationTypeAny(v)
        | Evidence::TitleAny(v)
        | Evidence::HeadingAny(v)
        | Evidence::KeywordAny(v)
        | Evidence::AbstractLacks(v) => v,
        Evidence::NoTitleAndNoIdentifier => &[],
    };
    let said = json!([
        rule.name,
        rule.removal.as_str(),
        rule.evidence.key(),
        values,
        rule.unless_title_any
    ]);
    Digest::of(said.to_string().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workflow::RemovalBox;

    fn rule(evidence: Evidence, unless: &[&str]) -> Vec<FilterRule> {
        vec![FilterRule {
            name: "rule".into(),
            removal: RemovalBox::Automation,
            description: None,
            evidence,
            unless_title_any: unless.iter().map(|&u| u.to_owned()).collect(),
            enabled: true,
        }]
    }

    fn titled(title: &str) -> Record {
        Record {
            title: Some(title.into()),
            ..Record::default()
        }
    }

    fn phrases(list: &[&str]) -> Vec<String> {
        list.iter().map(|&p| p.to_owned()).collect()
    }

    #[test]
    fn a_phrase_must_begin_at_a_word() {
        let rules = rule(Evidence::TitleAny(phrases(&["amyloid"])), &[]);
        assert!(judge(&rules, &[&titled("AL Amyloidosis in 2020")]).is_some());
        assert!(judge(&rules, &[&titled("Paramyloidosis")]).is_none());
        assert!(judge(&rules, &[&titled("Myeloma")]).is_none());
    }

    #[test]
    fn what_keeps_a_record_keeps_it_on_any_copy() {
        let rules = rule(
            Evidence::TitleAny(phrases(&["smoldering"])),
            &["daratumumab"],
        );
        let bare = titled("Smoldering myeloma");
        let kept = titled("Daratumumab in smoldering myeloma");
        assert!(judge(&rules, &[&bare]).is_some());
        assert!(judge(&rules, &[&bare, &kept]).is_none());
    }

    #[test]
    fn a_record_without_an_abstract_is_never_removed_for_what_it_lacks() {
        let rules = rule(Evidence::AbstractLacks(phrases(&["random"])), &[]);
        assert!(judge(&rules, &[&titled("A title only")]).is_none());
        let mut record = titled("With an abstract");
        record.abstract_text = Some("A cohort.".into());
        assert!(judge(&rules, &[&record]).is_some());
        record.abstract_text = Some("Patients were randomised.".into());
        assert!(judge(&rules, &[&record]).is_none());
    }

    #[test]
    fn a_publication_type_on_one_copy_is_evidence() {
        let rules = rule(
            Evidence::PublicationTypeAny(phrases(&["Case Reports"])),
            &[],
        );
        let mut record = titled("A patient");
        record.publication_types = phrases(&["Journal Article", "case reports"]);
        let got = judge(&rules, &[&titled("A patient"), &record]).unwrap();
        assert_eq!(got.evidence, "publication type: case reports");
    }

    #[test]
    fn a_disabled_rule_does_nothing() {
        let mut rules = rule(Evidence::NoTitleAndNoIdentifier, &[]);
        assert!(judge(&rules, &[&Record::default()]).is_some());
        rules[0].enabled = false;
        assert!(judge(&rules, &[&Record::default()]).is_none());
    }
}
