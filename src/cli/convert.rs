//! `convert IN… -o OUT`: bibliographic files, without a workspace.

use super::args::ConvertArgs;
use super::error::{CliError, Ending, Kind};
use super::import::{filled, problem, summary};
use super::out::Out;
use crate::formats::{self, Format, FormatError, Output, Parsed, ParsedRecord, Streamed};
use crate::model::many;
use crate::search::say;
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
    let to = match &args.to {
        Some(text) => Some(
            text.parse()
                .map_err(|_| word(text).help("it writes jsonl, csv, ris or nbib"))?,
        ),
        None => None,
    };
    let to = format_of(&args.output, to)?;
    super::output::check(&args.output)?;
    super::output::check_apart(&args.output, &args.files)?;
    let stdout = super::output::is_stdout(&args.output);
    if stdout && out.is_json() {
        let text = "--json and the records cannot both go to the standard output";
        return Err(CliError::usage(text).help("name a file with `-o`").into());
    }
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
                out.note(&format!(
                    "{shown}: {} as {} ({}): {}",
                    many(count, "record", "records"),
                    parsed.format,
                    parsed.dialect,
                    filled(&parsed.account)
                ));
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
    // A single file that is not an export at all leaves nothing to write.
    if let (Some(error), true) = (failure, sink.count == 0) {
        if out.is_json() {
            out.json(&json!({"files": files}))?;
            return Ok(2);
        }
        return Err(error.into());
    }
    let count = sink.count;
    sink.finish()
        .map_err(|error| super::output::fault(&args.output, &error))?;
    let done = format!(
        "{} from {} written to {}",
        many(count, "record", "records"),
        many(args.files.len() as u64, "file", "files"),
        if stdout {
            "the standard output".into()
        } else {
            args.output.display().to_string()
        }
    );
    if stdout {
        out.note(&done);
    } else {
        out.line(&done)?;
    }
    out.json(&json!({"files": files}))?;
    Ok(if whole { 0 } else { 2 })
}

/// The format to write: what `--to` says, else what the name of the output says. A name that says
/// another format than `--to`, or none that is written, is refused: the file would not be what it
/// is called.
fn format_of(path: &Path, to: Option<Output>) -> Result<Output, CliError> {
    if super::output::is_stdout(path) {
        return Ok(to.unwrap_or(Output::Jsonl));
    }
    let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase());
    let named = ending.as_deref().and_then(|ending| match ending {
        "ndjson" | "json" => Some(Output::Jsonl),
        "medline" => Some(Output::Nbib),
        other => other.parse().ok(),
    });
    let shown = path.display();
    match (to, named, ending) {
        (Some(to), Some(named), _) if to != named => {
            let text = format!("{shown} would hold {to} under an ending of {named}");
            Err(CliError::usage(text).help(format!("end the name in .{to}")))
        }
        (Some(to), ..) | (None, Some(to), _) => Ok(to),
        (None, None, Some(ending)) => Err(CliError::usage(format!(
            "`.{ending}` is not written: {shown}"
        ))
        .help("end the name in .ris, .nbib, .csv or .jsonl, or say the format with `--to`")),
        (None, None, None) => Ok(Output::Jsonl),
    }
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
            sink.put(&[record], Some("PubMed"));
            Ok(())
        };
        match formats::stream(file, &mut each)? {
            Ok(Streamed::Read(parsed, count)) => return Ok(Ok((parsed, count))),
            Ok(Streamed::Other) => {}
            Err(error) => return Ok(Err(error)),
        }
    }
    let bytes = std::fs::read(path)?;
    if bytes.len() > AT_ONCE || bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(take_in_turn(&bytes, from, sink));
    }
    Ok(formats::read(&bytes, from).map(|mut parsed| {
        let records = std::mem::take(&mut parsed.records);
        sink.put(&records, formats::database(parsed.format, parsed.dialect));
        (parsed, records.len() as u64)
    }))
}

/// Files up to this many bytes are read at once.
const AT_ONCE: usize = 16 << 20;

/// Reads a large file twice: for what it is, then record by record, of which one is held at a time.
fn take_in_turn(
    bytes: &[u8],
    from: Option<Format>,
    sink: &mut Sink<'_>,
) -> Result<(Parsed, u64), FormatError> {
    let first = formats::scan(bytes, from, &mut |_| {})?;
    let database = formats::database(first.parsed.format, first.parsed.dialect);
    let mut each = |record: ParsedRecord| sink.put(&[record], database);
    let read = formats::scan_native(bytes, from, &mut each)?;
    Ok((read.parsed, read.records))
}

/// The output, written as the records come; a file has its name only when it is whole.
struct Sink<'a> {
    path: &'a Path,
    to: Output,
    file: Option<Place>,
    failed: Option<std::io::Error>,
    count: u64,
}

enum Place {
    File(super::output::Pieces),
    Stdout(std::io::BufWriter<std::io::Stdout>),
}

impl Place {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        match self {
            Self::File(file) => file.write(bytes),
            Self::Stdout(stdout) => stdout.write_all(bytes),
        }
    }
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

    fn open(&mut self) -> std::io::Result<&mut Place> {
        if self.file.is_none() {
            let mut place = if super::output::is_stdout(self.path) {
                Place::Stdout(std::io::BufWriter::new(std::io::stdout()))
            } else {
                Place::File(super::output::Pieces::create(self.path)?)
            };
            if self.to == Output::Csv {
                place.write(formats::write(self.to, &[]).as_bytes())?;
            }
            self.file = Some(place);
        }
        self.file
            .as_mut()
            .ok_or_else(|| std::io::ErrorKind::Other.into())
    }

    /// Adds records; a failure is told by [`Sink::finish`], so that reading errors come first.
    fn put(&mut self, records: &[ParsedRecord], database: Option<&str>) {
        self.count += records.len() as u64;
        if self.failed.is_some() {
            return;
        }
        let text = formats::write_from(self.to, records, database);
        let text = match self.to {
            // The header stands once, at the top.
            Output::Csv => text.split_once('\n').map_or("", |(_, rest)| rest),
            _ => text.as_str(),
        };
        let written = self.open().and_then(|place| place.write(text.as_bytes()));
        self.failed = written.err();
    }

    fn finish(mut self) -> std::io::Result<()> {
        match self.failed.take() {
            Some(error) if error.kind() == std::io::ErrorKind::BrokenPipe => return Ok(()),
            Some(error) => return Err(error),
            None => {}
        }
        self.open()?;
        let done = match self.file.take() {
            Some(Place::File(file)) => file.finish(),
            Some(Place::Stdout(mut stdout)) => stdout.flush(),
            None => Ok(()),
        };
        match done {
            // `| head` has what it wanted.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            done => done,
        }
    }
}
