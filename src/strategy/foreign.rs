//! Fields and operators of one platform in a strategy for another.

use super::check::{Checker, Code};
use super::structure::{Refs, slash_list};
use super::tokens::Token;

/// A tag of PubMed on another platform.
pub(super) fn tag(checker: &mut Checker, token: &Token, right: &str) {
    let inside = token.text.trim_matches(['[', ']']).to_ascii_lowercase();
    let known = [
        "tiab",
        "ti",
        "ab",
        "tw",
        "mh",
        "mesh",
        "mesh terms",
        "mesh:noexp",
        "mh:noexp",
        "pt",
        "majr",
        "nm",
        "title/abstract",
        "title",
        "all fields",
        "au",
        "la",
        "dp",
        "sh",
        "ot",
        "text word",
        "publication type",
        "supplementary concept",
    ];
    if known.contains(&inside.as_str()) {
        checker.add(
            Code::UnknownField,
            token.span.clone(),
            &format!("`{}` is a field tag of PubMed", token.text),
            &format!("{} does not know it", checker.platform.name()),
            &format!("write {right}"),
        );
    }
}

/// A field written as Ovid or Web of Science write it, on another platform.
pub(super) fn field(checker: &mut Checker, token: &Token, right: &str) {
    let lower = token.text.to_ascii_lowercase();
    let wos = ["ts=", "ti=", "ab=", "ak="];
    let by_equals = wos.iter().any(|field| lower.starts_with(field));
    let ovid = lower
        .strip_suffix('.')
        .and_then(|rest| rest.rsplit_once('.'))
        .is_some_and(|(_, list)| {
            list.split(',').all(|field| {
                matches!(
                    field,
                    "ti" | "ab" | "kw" | "kf" | "tw" | "mp" | "hw" | "tn" | "pt" | "sh"
                )
            })
        });
    if by_equals || ovid {
        let (whose, at) = if by_equals {
            (
                "Web of Science",
                token.text.find('=').map_or(0, |at| at + 1),
            )
        } else {
            ("Ovid", token.text.len())
        };
        checker.add(
            Code::UnknownField,
            token.span.start..token.span.start + at,
            &format!("a field written as {whose} writes it"),
            &format!("{} does not know it", checker.platform.name()),
            &format!("write {right}"),
        );
    }
}

/// `or/1-5` on a platform that is not Ovid.
pub(super) fn list(checker: &mut Checker, token: &Token, right: &str) -> Option<Refs> {
    let refs = slash_list(token)?;
    checker.add(
        Code::UnknownOperator,
        token.span.clone(),
        &format!("`{}` is how Ovid joins lines", token.text),
        &format!("{} does not know it", checker.platform.name()),
        &format!("write `{right}`"),
    );
    Some(refs)
}
