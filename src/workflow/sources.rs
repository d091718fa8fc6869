//! `[[source]]`: the rules between its keys.

use super::diagnostic::{Diagnostic, quoted};
use super::read::{Reader, Section};
use super::types::{Access, Service, Source};
use crate::model::SourceKind;
use std::collections::BTreeMap;
use std::ops::Range;

/// A query file that a source names, and where it does so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) source: String,
    pub(super) path: String,
    pub(super) place: Diagnostic,
}

/// Every source, in order, and the query files they name.
pub(super) fn sources(reader: &mut Reader, top: &Section) -> (Vec<Source>, Vec<Named>) {
    let sections = reader.tables(top, "source");
    unique(reader, &sections, "name", "source");
    let mut named = Vec::new();
    let mut out = Vec::new();
    for section in &sections {
        let source = source(reader, section);
        if let Some(path) = source.query() {
            named.push(Named {
                source: source.name.clone(),
                path: path.to_owned(),
                place: reader.at(section.span("query"), ""),
            });
        }
        out.push(source);
    }
    (out, named)
}

fn source(reader: &mut Reader, section: &Section) -> Source {
    let name = section.text("name").unwrap_or_default();
    let kind = section.text("kind");
    let kind = SourceKind::ALL
        .into_iter()
        .find(|k| kind.as_deref() == Some(k.as_str()));
    Source {
        access: access(reader, section, &name),
        name,
        kind: kind.unwrap_or(SourceKind::Database),
        platform: section.text("platform"),
        note: section.text("note"),
    }
}

/// NCBI's own address of E-utilities.
const EUTILS: &str = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/";

fn access(reader: &mut Reader, section: &Section, name: &str) -> Access {
    let given = |key: &&str| section.get(key).is_some();
    let stated = section
        .get("type")
        .and_then(|value| value.get_ref().as_str());
    let service = Service::ALL
        .into_iter()
        .find(|service| stated == Some(service.as_str()));
    let eutils = match stated {
        Some(word) => word == "eutils",
        None => ["base_url", "tool"].iter().any(given),
    };
    // Keys that a source of this type has no use for.
    let foreign: &[(&str, &str)] = match (eutils, service, stated) {
        (true, ..) => &[("hits", "file")],
        (_, Some(_), _) => &[("hits", "file"), ("tool", "eutils")],
        (.., Some("file")) => &[("base_url", "eutils"), ("tool", "eutils")],
        _ => &[],
    };
    if let Some((key, of)) = foreign.iter().find(|(key, _)| given(key)) {
        let problem = reader
            .at(
                section.key_span(key),
                format!("`{key}` belongs to a source of type `{of}`"),
            )
            .label(match *key {
                "hits" => "the service reports its own hits",
                _ if service.is_some() => "this service is given no name",
                _ => "a file source asks no service",
            });
        let problem = match *key {
            "hits" => problem.help("leave this key out"),
            _ => problem.help("write `type = \"eutils\"`, or leave this key out"),
        };
        reader.keep(section, problem);
    }
    let query = section.text("query");
    if !eutils && service.is_none() {
        let hits = section.count("hits");
        return Access::File { query, hits };
    }
    if section.get("query").is_none() {
        let word = service.map_or("eutils", Service::as_str);
        let article = if word == "ctgov" { "a" } else { "an" };
        let problem = reader
            .at(
                section.place(),
                format!("source {} has no `query`", quoted(name)),
            )
            .label(format!(
                "{article} `{word}` source needs a strategy to send"
            ))
            .help("write `query = \"queries/….txt\"`, a file with the search strategy");
        reader.keep(section, problem);
    }
    let own = service.map_or(EUTILS, Service::address);
    let mut base_url = section.text("base_url").unwrap_or_else(|| own.to_owned());
    if !base_url.ends_with('/') {
        base_url.push('/');
    }
    let query = query.unwrap_or_default();
    if let Some(service) = service {
        return Access::Pages {
            service,
            query,
            base_url,
        };
    }
    let tool = section.text("tool").unwrap_or_default();
    if tool.contains(char::is_whitespace) {
        let problem = reader
            .at(section.span("tool"), "`tool` must be a text without spaces")
            .label("NCBI takes no spaces here");
        reader.keep(section, problem);
    }
    Access::Eutils {
        query,
        base_url,
        tool,
    }
}

/// Reports values of `key` that occur twice, whatever their letter case.
pub(super) fn unique(reader: &mut Reader, sections: &[Section], key: &str, what: &str) {
    let mut seen: BTreeMap<String, Range<usize>> = BTreeMap::new();
    for section in sections {
        let Some(text) = section.get(key).and(section.text(key)) else {
            continue;
        };
        let span = section.span(key);
        if let Some(first) = seen.get(&text.to_lowercase()) {
            let problem = reader
                .at(
                    span,
                    format!("two {what}s have the {key} {}", quoted(&text)),
                )
                .label("used again here")
                .context(first.clone(), "used first here");
            reader.keep(section, problem);
        } else {
            seen.insert(text.to_lowercase(), span);
        }
    }
}
