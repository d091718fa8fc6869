//! Reading tables of `workflow.toml` by the list of keys, with every problem kept.
//!
//! Opening a section checks all of it at once: unknown keys, missing keys, values of a wrong kind.
//! The getters then need no errors of their own: a value of a wrong kind reads as absent, and what
//! was found wrong stands in [`Reader::found`].

use super::check;
use super::diagnostic::{Diagnostic, quoted};
use super::near::nearest;
use super::schema::kind::{Kind, Need};
use super::schema::{self, Key};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Why an e-mail or a key is refused, and where it goes.
const PERSONAL: &str = "`workflow.toml` holds no person's e-mail or secret; set `NCBI_EMAIL` and \
     `NCBI_API_KEY` in the environment";

/// The file being read and what was found wrong in it.
pub(super) struct Reader<'s> {
    pub(super) file: &'s str,
    pub(super) source: &'s str,
    pub(super) found: Vec<Diagnostic>,
}

/// One table of the file; one that was left out has no values.
pub(super) struct Section<'t, 'i> {
    /// The table's path in the list of keys.
    pub(super) table: String,
    /// Where its header is; `None` at the top of the file.
    pub(super) header: Option<Range<usize>>,
    values: Option<&'t DeTable<'i>>,
    /// Known keys that unknown ones probably stand for.
    meant: Vec<&'static str>,
    /// Whether a key asks for the absence of something.
    pub(super) by_absence: bool,
}

impl<'s> Reader<'s> {
    pub(super) fn new(source: &'s str, file: &'s str) -> Self {
        Self {
            file,
            source,
            found: Vec::new(),
        }
    }

    /// A problem at `span`, not yet kept.
    pub(super) fn at(&self, span: Range<usize>, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(message, self.file, self.source, span)
    }

    /// Keeps a problem, with the header of its section shown above it.
    pub(super) fn keep(&mut self, section: &Section, problem: Diagnostic) {
        let shown = match &section.header {
            Some(header) if problem.context.is_none() && *header != problem.span => {
                problem.context(header.clone(), "")
            }
            Some(_) | None => problem,
        };
        self.found.push(shown);
    }

    /// The top of the file.
    pub(super) fn top<'t, 'i>(&mut self, values: &'t DeTable<'i>) -> Section<'t, 'i> {
        self.open(String::new(), None, values)
    }

    /// The table under `name`, checked; without values where it was left out.
    pub(super) fn table<'t, 'i>(&mut self, in_: &Section<'t, 'i>, name: &str) -> Section<'t, 'i> {
        let table = path(&in_.table, name);
        let value = in_.get(name);
        match value.map(|v| (v, v.get_ref())) {
            Some((value, DeValue::Table(values))) => self.open(table, Some(value.span()), values),
            Some(_) | None => Section {
                table,
                header: None,
                values: None,
                meant: Vec::new(),
                by_absence: false,
            },
        }
    }

    /// The tables under `name`, each checked, in order.
    pub(super) fn tables<'t, 'i>(
        &mut self,
        in_: &Section<'t, 'i>,
        name: &str,
    ) -> Vec<Section<'t, 'i>> {
        let Some(DeValue::Array(items)) = in_.get(name).map(Spanned::get_ref) else {
            return Vec::new();
        };
        let tables = items.iter().filter_map(|item| match item.get_ref() {
            DeValue::Table(values) => Some((item.span(), values)),
            _ => None,
        });
        tables
            .map(|(span, values)| self.open(path(&in_.table, name), Some(span), values))
            .collect()
    }

    fn open<'t, 'i>(
        &mut self,
        table: String,
        header: Option<Range<usize>>,
        values: &'t DeTable<'i>,
    ) -> Section<'t, 'i> {
        let mut section = Section {
            table,
            header,
            values: Some(values),
            meant: Vec::new(),
            by_absence: false,
        };
        for (name, value) in values {
            if let Some(key) = schema::find(&section.table, name.get_ref()) {
                for problem in check::problems(self, key, value) {
                    self.keep(&section, problem);
                }
            } else {
                let (problem, near) = self.unknown(&section, name.get_ref(), name.span());
                self.keep(&section, problem);
                section.meant.extend(near);
                section.by_absence |= check::absence(&section.table, name.get_ref()).is_some();
            }
        }
        for key in schema::keys_of(&section.table) {
            if key.need == Need::Required && !section.is_meant(key.name) {
                let problem = self.missing(&section, key);
                self.keep(&section, problem);
            }
        }
        section
    }

    /// An unknown key, and the key that it probably stands for.
    fn unknown(
        &self,
        section: &Section,
        name: &str,
        span: Range<usize>,
    ) -> (Diagnostic, Option<&'static str>) {
        let problem = self.at(span, format!("unknown key {}", quoted(name)));
        let table = section.table.as_str();
        if let Some(absence) = check::absence(table, name) {
            return (absence.explain(problem), None);
        }
        if check::is_personal(name) {
            let problem = problem.label("not for this file").help(PERSONAL);
            return (problem, None);
        }
        let problem = problem.label(format!("not a key of {}", shown(table)));
        let near = nearest(name, schema::keys_of(table).map(|key| key.name));
        if let Some(key) = near.and_then(|near| schema::find(table, near)) {
            let help = format!("did you mean `{}`?", key.written());
            return (problem.help(help), Some(key.name));
        }
        let elsewhere = schema::KEYS.iter().find(|key| key.name == name);
        if let Some(key) = elsewhere {
            let help = match key.kind {
                Kind::Table | Kind::Tables => format!("write it as `{}`", key.written()),
                _ => format!("`{name}` is a key of `{}`", schema::header(key.table)),
            };
            return (problem.help(help), None);
        }
        let all: Vec<String> = schema::keys_of(table)
            .map(|key| format!("`{}`", key.written()))
            .collect();
        let help = format!("the keys of {} are {}", shown(table), all.join(", "));
        (problem.help(help), None)
    }

    fn missing(&self, section: &Section, key: &Key) -> Diagnostic {
        let span = section.header.clone().unwrap_or_default();
        let what = if key.kind == Kind::Table {
            "table"
        } else {
            "key"
        };
        let place = if section.table.is_empty() {
            String::new()
        } else {
            format!(" in {}", shown(&section.table))
        };
        self.at(span, format!("missing {what} `{}`{place}", key.written()))
            .label(format!("needs `{}`", key.written()))
            .help(check::example(key))
    }
}

impl<'t, 'i> Section<'t, 'i> {
    pub(super) fn get(&self, name: &str) -> Option<&'t Spanned<DeValue<'i>>> {
        self.values?.get(name)
    }

    /// Whether the key is there, or one that probably stands for it.
    pub(super) fn is_meant(&self, name: &str) -> bool {
        self.get(name).is_some() || self.meant.contains(&name)
    }

    /// Where the header, or failing that the file, begins.
    pub(super) fn place(&self) -> Range<usize> {
        self.header.clone().unwrap_or_default()
    }

    /// Where the key stands, or the header where it was left out.
    pub(super) fn key_span(&self, name: &str) -> Range<usize> {
        self.values
            .and_then(|values| values.get_key_value(name))
            .map_or_else(|| self.place(), |(key, _)| key.span())
    }

    /// Where the value stands, or the header where it was left out.
    pub(super) fn span(&self, name: &str) -> Range<usize> {
        self.get(name).map_or_else(|| self.place(), Spanned::span)
    }

    /// The value under `name`, else the default of the list of keys.
    fn read<T>(&self, name: &str, take: impl Fn(&DeValue) -> Option<T>) -> Option<T> {
        if let Some(value) = self.get(name) {
            return take(value.get_ref());
        }
        match schema::find(&self.table, name)?.need {
            Need::Default(text) => take(DeValue::parse(text).ok()?.get_ref()),
            Need::Required | Need::Optional | Need::Depends(_) => None,
        }
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.read(name, |value| value.as_str().map(str::to_owned))
    }

    pub(super) fn texts(&self, name: &str) -> Option<Vec<String>> {
        self.read(name, |value| {
            let items = value.as_array()?.iter();
            items
                .map(|item| item.get_ref().as_str().map(str::to_owned))
                .collect()
        })
    }

    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        self.read(name, |value| match value {
            DeValue::Boolean(flag) => Some(*flag),
            _ => None,
        })
    }

    pub(super) fn count(&self, name: &str) -> Option<u64> {
        self.read(name, check::whole_number)
    }

    /// A number as it is written.
    pub(super) fn number(&self, name: &str) -> Option<String> {
        self.read(name, check::decimal)
    }
}

fn path(table: &str, name: &str) -> String {
    if table.is_empty() {
        name.to_owned()
    } else {
        format!("{table}.{name}")
    }
}

/// A table's header in backticks, or plain words for the top of the file.
fn shown(table: &str) -> String {
    if table.is_empty() {
        schema::header(table)
    } else {
        format!("`{}`", schema::header(table))
    }
}
