//! What a count is called and how it is counted, for pages, tables and `explain`.

/// The name of the count at `path` and the rule by which it is counted.
///
/// ```
/// use perennial::report::flow::words;
/// let (name, rule) = words("identified.databases.by_source[PubMed]").unwrap();
/// assert_eq!(name, "Records identified from PubMed");
/// assert!(rule.starts_with("Every record"));
/// ```
pub fn words(path: &str) -> Option<(String, &'static str)> {
    if let Some((list, name)) = path.strip_suffix(']').and_then(|path| path.split_once('[')) {
        return Some(part(list, name)).filter(|(name, _)| !name.is_empty());
    }
    if let Some(rest) = path.strip_prefix("other_methods.") {
        let (name, rule) = other(rest).or_else(|| lane(rest))?;
        return Some((format!("{name} (other methods)"), rule));
    }
    let (name, rule) = main(path).or_else(|| lane(path))?;
    Some((name.to_owned(), rule))
}

fn part(list: &str, name: &str) -> (String, &'static str) {
    match list {
        "identified.databases.by_source"
        | "identified.registers.by_source"
        | "identified.other.by_source" => (
            format!("Records identified from {name}"),
            "Every record this source returned, each counted once however often it came back.",
        ),
        "removed.automation.by_rule" | "removed.other.by_rule" => (
            format!("Records removed by the rule {name}"),
            "One record for each report whose evidence this rule of the workflow matched.",
        ),
        "excluded_full_text.by_reason" => (
            format!("Reports excluded: {name}"),
            "Reports settled as excluded at full text with this primary reason.",
        ),
        "other_methods.excluded_full_text.by_reason" => (
            format!("Reports excluded: {name} (other methods)"),
            "Reports settled as excluded at full text with this primary reason.",
        ),
        _ => (String::new(), ""),
    }
}

fn main(path: &str) -> Option<(&'static str, &'static str)> {
    Some(match path {
        "previous.studies" => (
            "Studies included in previous version of review",
            "The studies of the last published version.",
        ),
        "previous.reports" => (
            "Reports of studies included in previous version of review",
            "The reports of the last published version's studies.",
        ),
        "identified.databases.total" => (
            "Records identified from databases",
            "Every record of a source of the kind database, each counted once.",
        ),
        "identified.registers.total" => (
            "Records identified from registers",
            "Every record of a source of the kind register, each counted once.",
        ),
        "identified.other.total" => (
            "Records identified by other methods",
            "Every record of a source of the kind other, each counted once.",
        ),
        "removed.duplicates" => (
            "Duplicate records removed",
            "Records of databases and registers that belong to a report for which another \
             record already stands.",
        ),
        "removed.automation.total" => (
            "Records marked as ineligible by automation tools",
            "One record for each report that a rule of the workflow removed before screening.",
        ),
        "removed.other.total" => (
            "Records removed for other reasons",
            "One record for each report that a rule of this box removed before screening.",
        ),
        "screened" => (
            "Records screened",
            "One record for each report that went into screening on title and abstract.",
        ),
        "excluded.total" => (
            "Records excluded",
            "Settled as excluded on title and abstract.",
        ),
        "excluded.by_human" => (
            "Records excluded by a human",
            "Settled as excluded on title and abstract by people's votes.",
        ),
        "excluded.by_tool" => (
            "Records excluded by automation tools",
            "None: ranking orders the records and never excludes one.",
        ),
        "included.studies" | "total.studies" => (
            if path == "included.studies" {
                "Studies included in review"
            } else {
                "Total studies included in review"
            },
            "Studies with an included report; an included report without a study counts as one.",
        ),
        "included.reports" | "total.reports" => (
            if path == "included.reports" {
                "Reports of included studies"
            } else {
                "Reports of total included studies"
            },
            "Reports settled as included at full text, found by any method.",
        ),
        "withdrawn.studies" => (
            "Studies withdrawn",
            "Included by an earlier version and no longer.",
        ),
        "withdrawn.reports" => (
            "Reports withdrawn",
            "Included by an earlier version and no longer.",
        ),
        _ => return None,
    })
}

/// What only the other-methods lane has.
fn other(rest: &str) -> Option<(&'static str, &'static str)> {
    Some(match rest {
        "duplicates" => (
            "Copies of known reports",
            "Records found by other methods that belong to a report for which another record \
             already stands.",
        ),
        "excluded" => (
            "Set aside at title and abstract",
            "Reports of this lane settled as excluded on title and abstract.",
        ),
        _ => return None,
    })
}

/// What both lanes have.
fn lane(rest: &str) -> Option<(&'static str, &'static str)> {
    Some(match rest {
        "sought" => (
            "Reports sought for retrieval",
            "Reports that title and abstract screening took forward.",
        ),
        "not_retrieved" => (
            "Reports not retrieved",
            "Reports whose full text could not be had.",
        ),
        "assessed" => (
            "Reports assessed for eligibility",
            "Reports whose full text was retrieved.",
        ),
        "excluded_full_text.total" => (
            "Reports excluded",
            "Reports settled as excluded at full text, each with one primary reason.",
        ),
        "pending.before_screening" => (
            "Awaiting screening",
            "Not yet compared with the other records, or not yet looked at by the rules.",
        ),
        "pending.title_abstract" => (
            "Awaiting title and abstract decisions",
            "In title and abstract screening and not settled.",
        ),
        "pending.retrieval" => (
            "Awaiting retrieval",
            "Sought, and nobody has said whether the full text could be had.",
        ),
        "pending.full_text" => (
            "Awaiting full-text decisions",
            "Full text at hand and not settled.",
        ),
        _ => return None,
    })
}
