//! `convert IN… -o OUT`: bibliographic files, without a workspace.

use super::args::ConvertArgs;
use super::error::{CliError, Ending, Kind};
use super::import::{problem, summary};
use super::out::Out;
use crate::formats::{self, Format, FormatError, Output, Parsed, ParsedRecord, Streamed};
use crate::model::many;
use crate::search::say;
use crate::store::archive::DurableFile;
use serde_json::json;
use std::io::Write as _;
use std::path::Path;

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
    let mut sink = Sink::new(&args.output, to);
    let mut files = Vec::new();
    let mut whole = true;
    let mut failure: Option<CliError> = None;
    for path in &args.files {
        let shown = path.display().to_string();
        let unreadable = |error: std::io::Error| {
            CliError::new(Kind::Input, format!("cannot read {shown}: {error}")).at(&shown, None)
        };
        match take(path, from, &mut sink).map_err(unreadable)? {
            Ok((parsed, count)) => {
                for problem in &parsed.problems {
                    out.note(&format!("{shown}:{}", say(problem)));
                }
                if count == 0 && parsed.problems.is_empty() {
                    out.note(&format!("{shown}:-: record -: no-records: the file is a valid set with no record in it"));
                }
                whole &= count > 0 && parsed.is_sound();
                files.push(summary(&shown, &parsed, count));
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
    if let (Some(error), true) = (failure, sink.count == 0) {
        if out.is_json() {
            out.json(&json!({"files": files}))?;
            return Ok(2);
        }
        return Err(error.into());
    }
    let count = sink.count;
    sink.finish().map_err(|error| {
        let path = args.output.display();
        CliError::new(Kind::Io, format!("cannot write {path}: {error}"))
    })?;
    out.line(&format!(
        "{} from {} written to {}",
        many(count, "record", "records"),
        many(args.files.len() as u64, "file", "files"),
        args.output.display()
    ))?;
    out.json(&json!({"files": files}))?;
    Ok(if whole { 0 } else { 2 })
}

/// Reads a file into the sink: PubMed XML piece by piece, anything else whole. Gives what is known
/// of the file without its records, and how many there were.
fn take(
    path: &Path,
    from: Option<Format>,
    sink: &mut Sink<'_>,
) -> std::io::Result<Result<(Parsed, u64), FormatError>> {
    if from.is_none_or(|format| format == Format::PubmedXml) {
        let file = std::fs::File::open(path)?;
        let mut each = |record: ParsedRecord| {
            sink.put(&[record]);
            Ok(())
        };
        match formats::stream(file, &mut each)? {
            Ok(Streamed::Read(parsed, count)) => return Ok(Ok((parsed, count))),
            Ok(Streamed::Other) => {}
            Err(error) => return Ok(Err(error)),
        }
    }
    let bytes = std::fs::read(path)?;
    Ok(formats::read(&bytes, from).map(|mut parsed| {
        let records = std::mem::take(&mut parsed.records);
        sink.put(&records);
        (parsed, records.len() as u64)
    }))
}

/// The output, written as the records come; it has its name only when it is whole.
struct Sink<'a> {
    path: &'a Path,
    to: Output,
    file: Option<DurableFile>,
    failed: Option<std::io::Error>,
    count: u64,
}

impl<'a> Sink<'a> {
    fn new(path: &'a Path, to: Output) -> Self {
        Self {
            path,
            to,
            file: None,
            failed: None,
            count: 0,
        }
    }

    fn open(&mut self) -> std::io::Result<&mut DurableFile> {
        if self.file.is_none() {
            let mut file = DurableFile::create(self.path)?;
            if self.to == Output::Csv {
                file.write_all(formats::write(self.to, &[]).as_bytes())?;
            }
            self.file = Some(file);
        }
        self.file
            .as_mut()
            .ok_or_else(|| std::io::ErrorKind::Other.into())
    }

    /// Adds records; a failure is told by [`Sink::finish`], so that reading errors come first.
    fn put(&mut self, records: &[ParsedRecord]) {
        self.count += records.len() as u64;
        if self.failed.is_some() {
            return;
        }
        let text = formats::write(self.to, records);
        let text = match self.to {
            // The header stands once, at the top.
            Output::Csv => text.split_once('\n').map_or("", |(_, rest)| rest),
            _ => text.as_str(),
        };
        let written = self.open().and_then(|file| file.write_all(text.as_bytes()));
        self.failed = written.err();
    }

    fn finish(mut self) -> std::io::Result<()> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        self.open()?;
        let path = std::path::absolute(self.path)?;
        self.file
            .take()
            .map_or(Ok(()), |file| file.finish_as(&path))
    }
}
