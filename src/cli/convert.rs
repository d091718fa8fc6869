//! `convert IN… -o OUT`: bibliographic files, without a workspace.

use super::args::ConvertArgs;
use super::error::{CliError, Ending, Kind};
use super::import::{problem, summary};
use super::out::Out;
use crate::formats::{self, Format, Output, ParsedRecord};
use crate::pipeline::many;
use crate::search::say;
use serde_json::json;

pub(super) fn run(args: &ConvertArgs, out: &mut Out) -> Result<u8, Ending> {
    let word = |text: &String| CliError::usage(format!("`{text}` is no format"));
    let from: Option<Format> = match &args.from {
        None => None,
        Some(text) => Some(
            text.parse()
                .map_err(|error: formats::UnknownFormat| CliError::usage(error.to_string()))?,
        ),
    };
    let to: Output = match &args.to {
        Some(text) => text
            .parse()
            .map_err(|_| word(text).help("it writes jsonl, csv, ris or nbib"))?,
        None => {
            let extension = args
                .output
                .extension()
                .and_then(|e| e.to_str())
                .unwrap_or("jsonl");
            extension.parse().unwrap_or(Output::Jsonl)
        }
    };
    let mut records: Vec<ParsedRecord> = Vec::new();
    let mut files = Vec::new();
    let mut whole = true;
    let mut failure: Option<CliError> = None;
    for path in &args.files {
        let shown = path.display().to_string();
        let bytes = std::fs::read(path).map_err(|error| {
            CliError::new(Kind::Input, format!("cannot read {shown}: {error}")).at(&shown, None)
        })?;
        match formats::read(&bytes, from) {
            Ok(parsed) => {
                for problem in &parsed.problems {
                    out.note(&format!("{shown}:{}", say(problem)));
                }
                if parsed.records.is_empty() && parsed.problems.is_empty() {
                    out.note(&format!("{shown}:-: record -: no-records: the file is a valid set with no record in it"));
                }
                whole &= parsed.is_whole();
                files.push(summary(&shown, &parsed));
                records.extend(parsed.records);
            }
            Err(error) => {
                whole = false;
                let said = formats::Problem {
                    line: error.line(),
                    record: None,
                    kind: error.kind(),
                    text: error.to_string(),
                };
                out.note(&format!("{shown}:{}", say(&said)));
                files.push(json!({
                    "file": shown, "format": null, "records": 0, "problems": [problem(&said)],
                }));
                let text = format!("cannot read {shown}: {error}");
                failure.get_or_insert(CliError::new(Kind::Input, text).at(shown, None));
            }
        }
    }
    // A single file that is no export at all leaves nothing to write.
    if let (Some(error), true) = (failure, records.is_empty()) {
        if out.is_json() {
            out.json(&json!({"files": files}))?;
            return Ok(2);
        }
        return Err(error.into());
    }
    let text = formats::write(to, &records);
    crate::store::archive::write_durably(&args.output, text.as_bytes()).map_err(|error| {
        let path = args.output.display();
        CliError::new(Kind::Io, format!("cannot write {path}: {error}"))
    })?;
    out.line(&format!(
        "{} from {} written to {}",
        many(records.len() as u64, "record", "records"),
        many(args.files.len() as u64, "file", "files"),
        args.output.display()
    ))?;
    out.json(&json!({"files": files}))?;
    Ok(if whole { 0 } else { 2 })
}
