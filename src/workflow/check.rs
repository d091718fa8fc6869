//! Whether one value fits its key, and what to say where it does not.

use super::diagnostic::{Diagnostic, one_of, quoted};
use super::near::nearest;
use super::read::Reader;
use super::rules::CONDITIONS;
use super::schema::kind::{Kind, Need, slug};
use super::schema::{self, Key};
use crate::model::Decimal;
use crate::model::schedule::{self, Rule, Schedule};
use toml::Spanned;
use toml::de::DeValue;

/// How a path is written.
const PATH_HELP: &str = "write it from the folder of `workflow.toml` on, with `/` between names: \
     `queries/pubmed.txt`";

/// Everything that is wrong with one value.
pub(super) fn problems(
    reader: &Reader,
    key: &Key,
    value: &Spanned<DeValue<'_>>,
) -> Vec<Diagnostic> {
    let name = key.name;
    let wrong = || {
        let message = format!("`{name}` must be {}", key.kind.describe());
        reader
            .at(value.span(), message)
            .label(format!("this is {}", describe(value.get_ref())))
    };
    match (key.kind, value.get_ref()) {
        (
            Kind::Text
            | Kind::Name
            | Kind::Slug
            | Kind::Path
            | Kind::Address
            | Kind::Word(_)
            | Kind::Schedule(_)
            | Kind::Zone,
            DeValue::String(text),
        ) => text_problem(reader, key, value, text).into_iter().collect(),
        (Kind::Texts | Kind::Words(_), DeValue::Array(items)) => {
            if items.is_empty() {
                let empty = reader.at(value.span(), format!("`{name}` is empty"));
                return vec![
                    empty
                        .label("nothing in the list")
                        .help("leave the key out instead"),
                ];
            }
            items
                .iter()
                .filter_map(|item| match item.get_ref() {
                    DeValue::String(text) => text_problem(reader, key, item, text),
                    other => Some(
                        reader
                            .at(
                                item.span(),
                                format!("`{name}` must be {}", key.kind.describe()),
                            )
                            .label(format!("this is {}", describe(other))),
                    ),
                })
                .collect()
        }
        (Kind::Flag, DeValue::Boolean(_)) | (Kind::Table, DeValue::Table(_)) => Vec::new(),
        (Kind::Tables, DeValue::Array(items)) => items
            .iter()
            .filter(|item| !item.get_ref().is_table())
            .map(|item| {
                reader
                    .at(
                        item.span(),
                        format!("`{name}` must be {}", key.kind.describe()),
                    )
                    .label(format!("this is {}", describe(item.get_ref())))
                    .help(format!("write each one under its own `{}`", key.written()))
            })
            .collect(),
        (Kind::Count { min, max }, DeValue::Integer(_)) => {
            let fits = whole_number(value.get_ref()).is_some_and(|n| (min..=max).contains(&n));
            let range = || wrong().label("out of range");
            if fits { Vec::new() } else { vec![range()] }
        }
        (Kind::Number, other) if decimal(other).is_some() => Vec::new(),
        (Kind::Flag | Kind::Count { .. } | Kind::Number, DeValue::String(text)) => {
            let bare =
                matches!(text.trim(), "true" | "false") || text.trim().parse::<Decimal>().is_ok();
            let help = format!("without the quotes: `{name} = {}`", text.trim());
            vec![if bare { wrong().help(help) } else { wrong() }]
        }
        (Kind::Texts | Kind::Words(_), DeValue::String(text)) => {
            let help = format!("with brackets: `{name} = [\"{}\"]`", text.escape_default());
            vec![wrong().help(help)]
        }
        (Kind::Table, DeValue::Array(_)) | (Kind::Tables, DeValue::Table(_)) => {
            vec![wrong().help(format!("write its header as `{}`", key.written()))]
        }
        (Kind::Table | Kind::Tables, _) => {
            vec![wrong().help(format!("write it under the header `{}`", key.written()))]
        }
        (
            Kind::Text
            | Kind::Name
            | Kind::Slug
            | Kind::Path
            | Kind::Address
            | Kind::Word(_)
            | Kind::Schedule(_)
            | Kind::Zone
            | Kind::Flag
            | Kind::Count { .. }
            | Kind::Number
            | Kind::Texts
            | Kind::Words(_),
            _,
        ) => vec![wrong()],
    }
}

/// What is wrong with a text, whether it stands alone or in a list.
fn text_problem(
    reader: &Reader,
    key: &Key,
    value: &Spanned<DeValue<'_>>,
    text: &str,
) -> Option<Diagnostic> {
    let name = key.name;
    let at = |message: String| reader.at(value.span(), message);
    if text.trim().is_empty() {
        return Some(at(format!("`{name}` is blank")).label("no text here"));
    }
    if text.split_whitespace().any(is_email) {
        return Some(
            at(format!("`{name}` holds an e-mail address"))
                .label("not for this file")
                .help("`workflow.toml` holds no person's e-mail or secret"),
        );
    }
    let wrong = || at(format!("`{name}` must be {}", key.kind.describe()));
    match key.kind {
        Kind::Word(words) | Kind::Words(words) if !words.contains(&text) => {
            let message = format!("`{name}` cannot be {}", quoted(text));
            let problem = match nearest(text, words.iter().copied()) {
                Some(near) => at(message).help(format!("did you mean `{near}`?")),
                None => at(message),
            };
            Some(if words.len() <= 3 {
                problem.label(format!("expected {}", one_of(words)))
            } else {
                problem
                    .label("not a word of this key")
                    .help(format!("`{name}` is {}", one_of(words)))
            })
        }
        Kind::Slug if slug(text) != text => {
            let near = slug(text);
            let problem = wrong().label("other characters in it");
            Some(if near.is_empty() {
                problem
            } else {
                problem.help(format!("did you mean `{near}`?"))
            })
        }
        Kind::Name
            if text.contains([':', '[', ']'])
                || text.contains(char::is_control)
                || text.trim() != text
                || text.chars().count() > 80 =>
        {
            Some(wrong().label("cannot be named on the command line"))
        }
        Kind::Path if !is_inside(text) => Some(wrong().label("leads elsewhere").help(PATH_HELP)),
        Kind::Address => address_problem(text).map(|label| wrong().label(label)),
        Kind::Schedule(words) => schedule_problem(words, text).map(|(label, help)| {
            let message = format!("`{name}` cannot be {}", quoted(text));
            let words = format!("`{name}` is {}", key.kind.describe());
            let problem = at(message).label(label);
            help.into_iter().fold(problem, Diagnostic::help).help(words)
        }),
        Kind::Zone if schedule::zone(text).is_none() => {
            let all = schedule::zones();
            let last = |zone: &str| zone.rsplit('/').next().map(str::to_lowercase);
            let ends = all.iter().find(|zone| last(zone) == last(text));
            let near = nearest(text, all.iter().map(String::as_str));
            let problem = at(format!("`{name}` cannot be {}", quoted(text)))
                .label("no zone of the IANA database");
            Some(match ends.map(String::as_str).or(near) {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem
                    .help("write a name such as `Europe/Berlin`, or leave the key out for UTC"),
            })
        }
        Kind::Text
        | Kind::Name
        | Kind::Slug
        | Kind::Path
        | Kind::Word(_)
        | Kind::Zone
        | Kind::Texts
        | Kind::Words(_)
        | Kind::Flag
        | Kind::Count { .. }
        | Kind::Number
        | Kind::Table
        | Kind::Tables => None,
    }
}

/// What is wrong with the text of a schedule, and what helps.
fn schedule_problem(words: &[&str], text: &str) -> Option<(String, Vec<String>)> {
    let unread = match Schedule::read(text) {
        Ok(found) if *found.rule() != Rule::EachUpdate || words.contains(&"each-update") => {
            return None;
        }
        Ok(_) => return Some(("a search follows nothing".to_owned(), Vec::new())),
        Err(unread) => unread,
    };
    // Each word that is not known is tried as the nearest that is.
    let known = |word: &str| {
        schedule::VOCABULARY
            .iter()
            .any(|one| one.eq_ignore_ascii_case(word))
            || word.contains(|c: char| c.is_ascii_digit())
    };
    let corrected = text.split_whitespace().map(|word| {
        let near = nearest(&word.to_lowercase(), schedule::VOCABULARY.iter().copied());
        if known(word) {
            word
        } else {
            near.unwrap_or(word)
        }
    });
    let corrected = corrected.collect::<Vec<_>>().join(" ");
    let mut help = Vec::new();
    if corrected != text && Schedule::read(&corrected).is_ok() {
        help.push(format!("did you mean `{corrected}`?"));
    } else if let Some(near) = nearest(text, words.iter().copied()) {
        help.push(format!("did you mean `{near}`?"));
    }
    help.extend(unread.help);
    Some((unread.why, help))
}

fn is_inside(path: &str) -> bool {
    let part = |p: &str| !p.is_empty() && p != "." && p != "..";
    !path.contains(['\\', ':']) && !path.contains(char::is_control) && path.split('/').all(part)
}

fn address_problem(text: &str) -> Option<&'static str> {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    match rest {
        None => Some("another beginning"),
        Some(rest) if rest.trim_matches('/').is_empty() => Some("no host"),
        Some(rest) if rest.contains(char::is_whitespace) => Some("a space in it"),
        Some(rest) if rest.contains('@') => Some("a user or password in it"),
        Some(rest) if rest.contains(['?', '#']) => Some("parameters in it"),
        Some(_) => None,
    }
}

fn is_email(word: &str) -> bool {
    word.split_once('@').is_some_and(|(user, host)| {
        !user.is_empty() && !user.contains('/') && host.trim_matches('.').contains('.')
    })
}

/// The value of a TOML integer that is not negative.
pub(super) fn whole_number(value: &DeValue) -> Option<u64> {
    let number = value.as_integer()?;
    u64::from_str_radix(number.as_str(), number.radix()).ok()
}

/// The text of a TOML number as a decimal: no exponent, no infinity, no digit groups.
pub(super) fn decimal(value: &DeValue) -> Option<String> {
    let text = match value {
        DeValue::Integer(whole) if whole.radix() == 10 => whole.as_str(),
        DeValue::Float(float) => float.as_str(),
        _ => return None,
    };
    let decimal: Decimal = text.parse().ok()?;
    Some(decimal.to_string())
}

fn describe(value: &DeValue) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "`true` or `false`",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// How a missing key is written, for a help.
pub(super) fn example(key: &Key) -> String {
    let name = key.name;
    match key.kind {
        Kind::Table | Kind::Tables => {
            let below: Vec<String> = schema::keys_of(&key.opens())
                .filter(|key| key.need == Need::Required)
                .map(|key| format!("`{} = \"…\"`", key.name))
                .collect();
            format!(
                "write the header `{}` and below it {}",
                key.written(),
                below.join(", ")
            )
        }
        Kind::Word(words) => format!("write `{name} = \"…\"` with {}", one_of(words)),
        Kind::Schedule(_) => format!("write `{name} = \"monthly\"` or when else"),
        Kind::Slug | Kind::Path | Kind::Zone => {
            format!("write `{name} = \"…\"` with {}", key.kind.describe())
        }
        Kind::Texts | Kind::Words(_) => format!("write `{name} = [\"…\"]`"),
        Kind::Flag => format!("write `{name} = true` or `{name} = false`"),
        Kind::Number => format!("write `{name} = 0.5` or another number"),
        Kind::Count { min, .. } => format!("write `{name} = {min}` or more"),
        Kind::Text | Kind::Name | Kind::Address => format!("write `{name} = \"…\"`"),
    }
}

/// Whether a key asks for something that belongs to a person, not to the review.
pub(super) fn is_personal(name: &str) -> bool {
    let folded = name.to_lowercase().replace(['-', '_'], "");
    ["email", "mail", "apikey", "password", "secret", "token"]
        .iter()
        .any(|word| folded.ends_with(word))
}

/// A key that would exclude for what a record does not show.
pub(super) struct Absence {
    field: String,
    near: Option<&'static str>,
}

/// Recognises keys of a rule such as `publication_type_absent` or `no_abstract`.
pub(super) fn absence(table: &str, name: &str) -> Option<Absence> {
    if table != "filter.rule" {
        return None;
    }
    let ends = [
        "_absent", "_missing", "_none", "_lacks", "_not_any", "_not", "_empty", "_is_not",
    ];
    let begins = ["no_", "not_", "without_", "missing_", "lacks_", "absent_"];
    let folded = name.to_lowercase().replace('-', "_");
    let stem = ends
        .iter()
        .find_map(|end| folded.strip_suffix(end))
        .or_else(|| begins.iter().find_map(|begin| folded.strip_prefix(begin)))?;
    let conditions = schema::keys_of(table)
        .map(|key| key.name)
        .filter(|key| key.ends_with("_any") && !key.starts_with("unless"));
    let near = nearest(
        &format!("{}_any", stem.trim_end_matches("_any")),
        conditions,
    );
    let field = near.map_or(stem, |near| near.trim_end_matches("_any"));
    let field = field.replace('_', " ").replace("publication type", "type");
    Some(Absence { field, near })
}

impl Absence {
    /// Says that rules need positive evidence, and what could be meant.
    pub(super) fn explain(self, problem: Diagnostic) -> Diagnostic {
        let problem = problem.label("rules need positive evidence");
        let sentence = format!("a missing {} never excludes a record", self.field);
        let sentence = match self.near {
            Some(near) => format!("{sentence}; did you mean `{near}`?"),
            None if self.field == "abstract" => {
                format!("{sentence}; `abstract_lacks` acts only on records that have one")
            }
            None => sentence,
        };
        problem
            .help(sentence)
            .help(format!("a rule has exactly one of {}", one_of(&CONDITIONS)))
    }
}
