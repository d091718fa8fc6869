//! Reference pages made from the code: commands, keys of the workflow, kinds of events.
//!
//! Such a page has words of its own, then `<!-- made from the code … -->` and the made part.

use super::{all_current, settle, text};
use clap::{Arg, Command};
use perennial::ledger::Body;
use std::fmt::Write as _;

/// Compares the made part of a page.
fn made(page: &str, part: &str) {
    let shown = text(page);
    let Some(at) = shown.find("<!-- made from the code") else {
        panic!("{page} has no `<!-- made from the code -->`");
    };
    let (words, _) = shown.split_at(at);
    let mark = "<!-- made from the code: UPDATE_DOCS=1 cargo test --test it docs -->";
    let want = format!("{words}{mark}\n\n{}\n", part.trim());
    all_current(&Vec::from_iter(settle(page, &shown, &want).err()));
}

#[test]
fn every_key_of_the_workflow_is_on_its_page() {
    made(
        "docs/reference/workflow.md",
        &perennial::workflow::reference_markdown(),
    );
}

#[test]
fn every_command_and_option_is_on_its_page() {
    let mut program = perennial::cli::command();
    program.build();
    let mut out = String::new();
    writeln!(out, "## Options of every command\n").unwrap();
    options(&mut out, program.get_arguments().filter(|a| own(a)));
    for command in program.get_subcommands() {
        describe(&mut out, "perennial", command);
    }
    made("docs/reference/commands.md", &out);
}

/// Whether an argument is ours, not `--help` or `--version`.
fn own(arg: &Arg) -> bool {
    !["help", "version"].contains(&arg.get_id().as_str())
}

fn describe(out: &mut String, parent: &str, command: &Command) {
    if command.get_name() == "help" {
        return;
    }
    let name = format!("{parent} {}", command.get_name());
    let level = if parent == "perennial" { "##" } else { "###" };
    writeln!(out, "\n{level} {name}\n").unwrap();
    let about = command.get_long_about().or(command.get_about());
    let about = about.map(ToString::to_string).unwrap_or_default();
    for (n, line) in about.lines().filter(|line| !line.is_empty()).enumerate() {
        match line.strip_prefix("Example: ") {
            Some(example) => writeln!(out, "\nExample: `{example}`").unwrap(),
            // Of several sentences the last comes with its full stop, of one without.
            None => {
                let line = line.trim_end_matches('.');
                writeln!(out, "{}{line}.", if n > 0 { "\n" } else { "" }).unwrap();
            }
        }
    }
    let inner = command.get_subcommands().any(|c| c.get_name() != "help");
    if !inner
        || command
            .get_arguments()
            .any(|a| !a.is_global_set() && own(a))
    {
        let usage = usage(command, &name);
        writeln!(out, "\n```text\n{usage}\n```").unwrap();
    }
    let mine: Vec<&Arg> = command
        .get_arguments()
        .filter(|arg| own(arg) && !arg.is_global_set())
        .collect();
    if !mine.is_empty() {
        out.push('\n');
        options(out, mine.into_iter());
    }
    for command in command.get_subcommands() {
        describe(out, &name, command);
    }
}

/// `perennial screen decide <REPORT> <DECISION> --phase <P> [--reason <R>]`, in declared order.
fn usage(command: &Command, name: &str) -> String {
    // What clap asks for unless something else is given has no mark of its own.
    let (before, needed): (&str, &[&str]) = match name {
        "perennial dedup" => ("perennial dedup\n", &["files", "output"]),
        "perennial import" => ("perennial import --undo [EVENT]\n", &["files", "source"]),
        _ => ("", &[]),
    };
    let skipped = |arg: &&Arg| name != "perennial import" || arg.get_id() != "undo";
    let mut words = vec![format!("{before}{name}")];
    for arg in command
        .get_arguments()
        .filter(|a| own(a) && !a.is_global_set())
        .filter(skipped)
    {
        let shown = shown(arg);
        words.push(
            if arg.is_required_set() || needed.contains(&arg.get_id().as_str()) {
                shown
            } else {
                format!("[{shown}]")
            },
        );
    }
    words.join(" ")
}

/// `-o, --output FILE`, `FILE…`.
fn shown(arg: &Arg) -> String {
    let names = arg.get_value_names().unwrap_or_default();
    let values: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    let values = values.join(" ");
    let takes = arg.get_action().takes_values();
    if arg.is_positional() {
        let many = arg.get_num_args().is_some_and(|n| n.max_values() > 1);
        return format!("{values}{}", if many { "…" } else { "" });
    }
    let long = arg.get_long().map(|long| format!("--{long}"));
    let name = long.unwrap_or_default();
    if takes {
        format!("{name} {values}")
    } else {
        name
    }
}

fn options<'a>(out: &mut String, args: impl Iterator<Item = &'a Arg>) {
    writeln!(out, "| argument | meaning |\n|---|---|").unwrap();
    for arg in args {
        let short = arg.get_short().map(|c| format!("`-{c}`, "));
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        let mut meaning = help.replace('|', "\\|");
        if arg.get_action().takes_values() {
            let values = arg.get_possible_values();
            for value in &values {
                let help = value
                    .get_help()
                    .map(ToString::to_string)
                    .unwrap_or_default();
                write!(meaning, "<br>`{}`: {help}", value.get_name()).unwrap();
            }
        }
        let short = short.unwrap_or_default();
        writeln!(out, "| {short}`{}` | {meaning} |", shown(arg)).unwrap();
    }
}

#[test]
fn every_kind_of_event_is_on_its_page_with_every_field() {
    let source = text("src/ledger/event.rs");
    let (parts, kinds) = read(&source);
    let found: Vec<&str> = kinds.iter().map(|kind| kind.name.as_str()).collect();
    assert_eq!(found, Body::KINDS, "the kinds as the source declares them");
    let mut out = String::from("## The kinds\n");
    for kind in &kinds {
        write!(out, "\n### `{}`\n\n{}\n\n", kind.name, kind.meaning).unwrap();
        table(&mut out, kind);
    }
    out.push_str("\n## Parts of bodies\n");
    for part in &parts {
        write!(out, "\n### {}\n\n{}\n\n", spaced(&part.name), part.meaning).unwrap();
        table(&mut out, part);
    }
    made("docs/reference/events.md", &out);
}

/// A kind of event or a part of one, as its source declares it.
struct Declared {
    name: String,
    meaning: String,
    fields: Vec<Field>,
}

struct Field {
    name: String,
    kind: String,
    meaning: String,
    optional: bool,
}

/// Reads the parts and kinds out of the source, by its indentation, which rustfmt fixes.
fn read(source: &str) -> (Vec<Declared>, Vec<Declared>) {
    let (mut parts, mut kinds): (Vec<Declared>, Vec<Declared>) = Default::default();
    let mut depth = None;
    let (mut doc, mut rename, mut optional) = (Vec::new(), None, false);
    for line in source.lines() {
        let bare = line.trim();
        if let Some(text) = bare.strip_prefix("/// ") {
            doc.push(text.to_owned());
        } else if bare.starts_with("#[serde(") {
            optional |= bare.contains("skip_serializing_if");
            let word = bare.split("rename = \"").nth(1);
            rename = word.and_then(|w| w.split('"').next()).map(str::to_owned);
        } else if bare.starts_with("#[")
            || bare.starts_with(char::is_alphabetic) && bare.ends_with(',') && !bare.contains(':')
        {
            // Other attributes and their lines.
        } else {
            let meaning = std::mem::take(&mut doc).join(" ");
            if line == "pub enum Body {" {
                depth = Some(1);
            } else if line == "}" {
                depth = None;
            } else if let Some(name) = line
                .strip_prefix("pub struct ")
                .and_then(|l| l.strip_suffix(" {"))
            {
                parts.push(Declared {
                    name: name.to_owned(),
                    meaning,
                    fields: Vec::new(),
                });
                depth = Some(0);
            } else if let (Some(1), Some(name)) = (
                depth,
                line.strip_prefix("    ").and_then(|l| l.strip_suffix(" {")),
            ) {
                kinds.push(Declared {
                    name: snake(name),
                    meaning,
                    fields: Vec::new(),
                });
            } else if let (Some(depth), Some((name, kind))) = (depth, bare.split_once(": ")) {
                let name = name.strip_prefix("pub ").unwrap_or(name);
                let list = if depth == 1 { &mut kinds } else { &mut parts };
                let field = Field {
                    name: rename.take().unwrap_or_else(|| name.to_owned()),
                    kind: kind.trim_end_matches(',').to_owned(),
                    meaning,
                    optional,
                };
                if let Some(last) = list.last_mut() {
                    last.fields.push(field);
                }
            }
            (rename, optional) = (None, false);
        }
    }
    // The log's own columns and the writer's helpers are not parts of a body.
    parts.retain(|part| part.name.ends_with("Ref") || part.name == "ReceivedRecord");
    (parts, kinds)
}

fn snake(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// `ReceivedRecord`: `Received record`; `FileRef`: `File`.
fn spaced(name: &str) -> String {
    let name = snake(name.strip_suffix("Ref").unwrap_or(name)).replace('_', " ");
    let (head, tail) = name.split_at(1);
    head.to_ascii_uppercase() + tail
}

fn table(out: &mut String, of: &Declared) {
    writeln!(out, "| field | value | meaning |\n|---|---|---|").unwrap();
    for field in &of.fields {
        let optional = if field.optional {
            "; left out where there is none"
        } else {
            ""
        };
        let value = words(&field.kind, field.optional);
        writeln!(
            out,
            "| `{}` | {value}{optional} | {} |",
            field.name, field.meaning
        )
        .unwrap();
    }
}

/// A type as it stands in JSON.
fn words(kind: &str, optional: bool) -> String {
    let inner = |outer: &str| kind.strip_prefix(outer).and_then(|k| k.strip_suffix('>'));
    if let Some(of) = inner("Vec<") {
        return format!("list: {}", words(of, false));
    }
    if let Some(of) = inner("Option<") {
        let or = if optional { "" } else { " or null" };
        return words(of, false) + or;
    }
    let known = match kind {
        "String" => "text",
        "u64" => "whole number",
        "bool" => "true or false",
        "Digest" => "SHA-256, 64 hexadecimal digits",
        "Salt" => "128 random bits, 32 hexadecimal digits",
        "RecordId" => "record, `r17`",
        "PersonId" => "person, `p2`",
        "StudyId" => "study, `s3`",
        "RegistryId" => "registry number, `NCT02076009`",
        "EventSeq" => "event, its number",
        "Phase" => "`title-abstract`, `retrieval` or `full-text`",
        "Choice" => "`include`, `exclude`, `unsure`, `retrieved` or `not-retrieved`",
        "Field" => {
            "`title`, `abstract`, `authors`, `year`, `journal`, `volume`, `issue`, `pages`, `doi`, \
             `pmid`, `pmcid`, `registry` or `language`"
        }
        "DateOutcome" => "`done`, `nothing new`, `failed` or `missed`",
        "Role" => "`lead`, `reviewer`, `adjudicator`, `extractor` or `auditor`",
        "SourceKind" => "`database`, `register` or `other`",
        "Rules" => "`{\"title_abstract\": n, \"full_text\": n}`",
        "serde_json::Value" => "JSON without floats",
        part => {
            assert!(
                part.ends_with("Ref") || part == "ReceivedRecord",
                "`{part}` has no words here"
            );
            let name = spaced(part);
            let anchor = name.to_ascii_lowercase().replace(' ', "-");
            return format!("[{}](#{anchor})", name.to_ascii_lowercase());
        }
    };
    known.to_owned()
}
