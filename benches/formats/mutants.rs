//! Damaged inputs by the million: what a reader owes to any bytes at all.
//!
//! Each input is a seed that was damaged in one to six ways: bits flipped, bytes replaced, pieces
//! deleted, doubled or taken from another seed, lines swapped, doubled or dropped, the end cut off,
//! line ends, encoding or packing changed. Of each reader and each input four things are asked: it
//! does not panic, it does not hang, every physical line has exactly one class, and a file that
//! gives no record is never called whole. Beside these: reading at once, record by record and piece
//! by piece give the same records, every problem names a line of the file, and what was read can be
//! written in every format, one line of JSON to a record.
//!
//! Input number `n` of a seed follows from both alone, whatever their count: a fault is named with
//! the number that gives it again.

use super::Dice;
use super::seeds::SEEDS;
use flate2::{Compression, write::GzEncoder};
use perennial::formats::{self, Format, Output, Parsed, Streamed};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// An input that takes longer is a hang.
const LONGEST: Duration = Duration::from_secs(5);
/// Bytes in which the readers find structure.
const SPECIAL: &[u8] = b"\n\r\t \"'{}[]<>&@%=,;:-#/\\\0\x1a\xc3\xef\xff";
/// Faults of one kind that are printed.
const SHOWN: u64 = 5;

/// What came of the inputs.
#[derive(Default)]
struct Tally {
    inputs: u64,
    read: u64,
    refused: u64,
    empty: u64,
    whole: u64,
    records: u64,
    slowest: Duration,
    faults: Vec<String>,
}

/// Runs inputs `from..to` of `seed`, on every core; gives how many faults there were.
pub(crate) fn run(seed: u64, from: u64, to: u64) -> usize {
    let workers = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    let begun: Vec<AtomicU64> = (0..workers).map(|_| AtomicU64::new(0)).collect();
    let start = Instant::now();
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let tallies: Vec<Vec<Tally>> = std::thread::scope(|scope| {
        let threads: Vec<_> = begun
            .iter()
            .zip(0..)
            .map(|(at, worker)| {
                scope.spawn(move || {
                    let mut tallies: Vec<Tally> = SEEDS.iter().map(|_| Tally::default()).collect();
                    for n in (from..to).filter(|n| n % workers == worker) {
                        at.store(n + 1, Ordering::Relaxed);
                        one(seed, n, &mut tallies);
                    }
                    at.store(0, Ordering::Relaxed);
                    tallies
                })
            })
            .collect();
        watch(&begun, || {
            threads
                .iter()
                .all(std::thread::ScopedJoinHandle::is_finished)
        });
        threads
            .into_iter()
            .filter_map(|thread| thread.join().ok())
            .collect()
    });
    std::panic::set_hook(hook);
    report(seed, start.elapsed(), &tallies)
}

/// Waits until all is done; stops the program where an input hangs.
fn watch(begun: &[AtomicU64], done: impl Fn() -> bool) {
    let mut last: Vec<(u64, Instant)> = begun.iter().map(|_| (0, Instant::now())).collect();
    while !done() {
        std::thread::sleep(Duration::from_millis(50));
        for (now, before) in begun.iter().zip(&mut last) {
            let now = now.load(Ordering::Relaxed);
            if now != before.0 {
                *before = (now, Instant::now());
            } else if now > 0 && before.1.elapsed() > LONGEST {
                println!("input {} hangs", now - 1);
                std::process::abort();
            }
        }
    }
}

/// Makes an input, reads it, and notes what came of it.
fn one(seed: u64, n: u64, tallies: &mut [Tally]) {
    let at = usize::try_from(n).unwrap_or(0) % SEEDS.len();
    let (Some((name, format, _)), Some(tally)) = (SEEDS.get(at), tallies.get_mut(at)) else {
        return;
    };
    let bytes = mutant(seed, n);
    tally.inputs += 1;
    let start = Instant::now();
    for from in [None, Some(*format)] {
        let found = std::panic::catch_unwind(|| check(&bytes, from));
        let how = if from.is_some() {
            "as its format"
        } else {
            "by its content"
        };
        match found {
            Ok(Ok(Some((records, whole)))) if from.is_none() => {
                tally.read += 1;
                tally.records += records;
                tally.empty += u64::from(records == 0);
                tally.whole += u64::from(whole);
            }
            Ok(Ok(None)) if from.is_none() => tally.refused += 1,
            Ok(Ok(_)) => {}
            Ok(Err(fault)) => tally
                .faults
                .push(format!("input {n} ({name}) {how}: {fault}")),
            Err(_) => tally
                .faults
                .push(format!("input {n} ({name}) {how}: a panic")),
        }
    }
    tally.slowest = tally.slowest.max(start.elapsed());
}

/// How many records were read and whether the file was called whole; nothing where it was refused.
fn check(bytes: &[u8], from: Option<Format>) -> Result<Option<(u64, bool)>, String> {
    let read = formats::read(bytes, from);
    let mut handed = 0;
    let scanned = formats::scan(bytes, from, &mut |_| handed += 1);
    let parsed = match (read, scanned) {
        (Err(a), Err(b)) if a == b => return Ok(None),
        (Ok(parsed), Ok(scanned)) => {
            let count = parsed.records.len() as u64;
            if (scanned.records, handed) != (count, count) {
                return Err(format!("{count} records at once, {handed} one by one"));
            }
            if scanned.parsed.problems != parsed.problems || scanned.parsed.lines != parsed.lines {
                return Err("other problems or lines one by one".to_owned());
            }
            parsed
        }
        _ => return Err("refused at once or one by one, not both".to_owned()),
    };
    let lines = parsed.lines;
    if !lines.closes() {
        return Err(format!("the line count does not close: {lines:?}"));
    }
    let count = parsed.records.len() as u64;
    // As the commands judge it: `convert` exits with 0, `import` takes the file.
    let whole = parsed.is_sound() && count > 0;
    if count == 0 && parsed.is_whole() {
        return Err("no record, and called whole".to_owned());
    }
    if let Some(problem) = parsed.problems.iter().find(|p| {
        p.line
            .is_some_and(|line| line == 0 || line > lines.total.max(1))
    }) {
        return Err(format!("of {} lines, {problem:?}", lines.total));
    }
    let numbers = parsed.records.iter().map(|record| record.n);
    if parsed
        .records
        .iter()
        .any(|r| r.line.is_some_and(|line| line == 0 || line > lines.total))
    {
        return Err("a record begins on no line of the file".to_owned());
    }
    if !numbers.clone().zip(numbers.skip(1)).all(|(a, b)| a < b) {
        return Err("the numbers of records do not rise".to_owned());
    }
    written(&parsed)?;
    if from.is_none_or(|format| format == Format::PubmedXml) {
        streamed(bytes, &parsed)?;
    }
    Ok(Some((count, whole)))
}

/// What was read can be written.
fn written(parsed: &Parsed) -> Result<(), String> {
    for output in Output::ALL {
        let text = formats::write(output, &parsed.records);
        if output == Output::Jsonl && text.lines().count() != parsed.records.len() {
            return Err("not one line of JSON to a record".to_owned());
        }
    }
    Ok(())
}

/// Piece by piece, PubMed XML gives what it gives at once.
fn streamed(bytes: &[u8], parsed: &Parsed) -> Result<(), String> {
    let mut records = Vec::new();
    let read = formats::stream(bytes, &mut |record| {
        records.push(record);
        Ok(())
    });
    match read {
        Ok(Ok(Streamed::Read(pieces, count))) => {
            if !pieces.lines.closes() {
                return Err(format!(
                    "piece by piece the lines do not close: {:?}",
                    pieces.lines
                ));
            }
            if records != parsed.records || count != records.len() as u64 {
                let (a, b) = (records.len(), parsed.records.len());
                return Err(format!(
                    "{a} records piece by piece, {b} at once, or others"
                ));
            }
            Ok(())
        }
        // Packed bytes that end too soon, and files of other kinds.
        Ok(Ok(Streamed::Other) | Err(_)) | Err(_) => Ok(()),
    }
}

/// Input `n` of `seed`.
fn mutant(seed: u64, n: u64) -> Vec<u8> {
    let mut dice = Dice(seed ^ n.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    for _ in 0..3 {
        dice.roll(2);
    }
    let text = |at: usize| SEEDS.get(at % SEEDS.len()).map_or("", |(.., text)| *text);
    let mut bytes = text(usize::try_from(n).unwrap_or(0)).as_bytes().to_vec();
    for _ in 0..=dice.roll(6) {
        damage(&mut bytes, &mut dice, text);
    }
    bytes
}

/// Damages `bytes` in one way.
fn damage(bytes: &mut Vec<u8>, dice: &mut Dice, text: impl Fn(usize) -> &'static str) {
    let length = bytes.len();
    let (a, b) = (dice.roll(length + 1), dice.roll(length + 1));
    let (low, high) = (a.min(b), a.max(b).min(a.min(b) + 300).min(length));
    let special = SPECIAL.get(dice.roll(SPECIAL.len())).copied().unwrap_or(0);
    match dice.roll(16) {
        0 | 1 => bytes
            .get_mut(a)
            .into_iter()
            .for_each(|byte| *byte ^= 1 << dice.roll(8)),
        2 => bytes
            .get_mut(a)
            .into_iter()
            .for_each(|byte| *byte = special),
        3 => bytes.insert(a, special),
        4 => drop(bytes.drain(low..high)),
        5 => {
            let piece = bytes.get(low..high).unwrap_or_default().to_vec();
            bytes.splice(b..b, piece);
        }
        6 => {
            let other = text(dice.roll(SEEDS.len())).as_bytes();
            let (x, y) = (dice.roll(other.len()), dice.roll(other.len()));
            let piece = other.get(x.min(y)..x.max(y)).unwrap_or_default();
            bytes.splice(low..high, piece.iter().copied());
        }
        7 => bytes.truncate(a),
        8 => bytes.retain(|byte| *byte != special),
        9..=11 => lines(bytes, dice),
        12 => endings(bytes, dice),
        13 => encoding(bytes, dice),
        14 => packing(bytes, dice),
        _ => {
            // Two exports in one file.
            let other = text(dice.roll(SEEDS.len()));
            bytes.extend_from_slice(other.as_bytes());
        }
    }
}

/// Swaps, doubles or drops lines.
fn lines(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let mut lines: Vec<Vec<u8>> = bytes
        .split_inclusive(|byte| *byte == b'\n')
        .map(<[u8]>::to_vec)
        .collect();
    if lines.is_empty() {
        return;
    }
    let (a, b) = (dice.roll(lines.len()), dice.roll(lines.len()));
    match dice.roll(3) {
        0 => lines.swap(a, b),
        1 => {
            let line = lines.get(a).cloned().unwrap_or_default();
            lines.insert(b, line);
        }
        _ => drop(lines.remove(a)),
    }
    *bytes = lines.concat();
}

/// Other line ends.
fn endings(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let end: &[u8] = match dice.roll(4) {
        0 => b"\r\n",
        1 => b"\r",
        2 => b"\n\n",
        _ => b" ",
    };
    *bytes = bytes
        .iter()
        .flat_map(|byte| {
            if *byte == b'\n' {
                end
            } else {
                std::slice::from_ref(byte)
            }
        })
        .copied()
        .collect();
}

/// Another encoding, with and without a mark.
fn encoding(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let units = text.encode_utf16();
    *bytes = match dice.roll(6) {
        0 => [0xff, 0xfe]
            .into_iter()
            .chain(units.flat_map(u16::to_le_bytes))
            .collect(),
        1 => [0xfe, 0xff]
            .into_iter()
            .chain(units.flat_map(u16::to_be_bytes))
            .collect(),
        2 => units.flat_map(u16::to_le_bytes).collect(),
        3 => text
            .chars()
            .map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?'))
            .collect(),
        // UTF-8 that was taken for Latin-1 and written as UTF-8 once more.
        4 => text
            .bytes()
            .map(char::from)
            .collect::<String>()
            .into_bytes(),
        _ => [0xef, 0xbb, 0xbf].into_iter().chain(text.bytes()).collect(),
    };
}

/// Packed, or packed and cut.
fn packing(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    if packed.write_all(bytes).is_ok()
        && let Ok(mut whole) = packed.finish()
    {
        if dice.roll(3) == 0 {
            whole.truncate(dice.roll(whole.len() + 1));
        }
        *bytes = whole;
    }
}

/// Prints what came of each seed, and the faults.
fn report(seed: u64, time: Duration, tallies: &[Vec<Tally>]) -> usize {
    println!(
        "{:<20} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>10} {:>7}",
        "seed", "inputs", "read", "whole", "empty", "refused", "records", "slowest", "faults"
    );
    let mut all = Tally::default();
    let line = |name: &str, tally: &Tally| {
        println!(
            "{name:<20} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>7.1} ms {:>7}",
            tally.inputs,
            tally.read,
            tally.whole,
            tally.empty,
            tally.refused,
            tally.records,
            tally.slowest.as_secs_f64() * 1e3,
            tally.faults.len()
        );
    };
    for (at, (name, ..)) in SEEDS.iter().enumerate() {
        let mut of = Tally::default();
        for tally in tallies.iter().filter_map(|list| list.get(at)) {
            add(&mut of, tally);
        }
        line(name, &of);
        add(&mut all, &of);
    }
    line("all", &all);
    let seconds = time.as_secs_f64();
    let rate = u32::try_from(all.inputs).map_or(0.0, f64::from) / seconds;
    println!(
        "seed {seed}: {} inputs, each read twice, in {seconds:.1} s, {rate:.0} a second",
        all.inputs
    );
    // The first of each kind: the same words with other numbers are the same fault.
    let mut kinds: BTreeMap<String, u64> = BTreeMap::new();
    for fault in &all.faults {
        let words = fault
            .split_once(") ")
            .map_or(fault.as_str(), |(_, words)| words);
        let kind = words.chars().filter(|c| !c.is_ascii_digit()).collect();
        let seen = kinds.entry(kind).or_default();
        *seen += 1;
        if *seen <= SHOWN {
            println!("{fault}");
        }
    }
    all.faults.len()
}

fn add(all: &mut Tally, of: &Tally) {
    all.inputs += of.inputs;
    all.read += of.read;
    all.refused += of.refused;
    all.empty += of.empty;
    all.whole += of.whole;
    all.records += of.records;
    all.slowest = all.slowest.max(of.slowest);
    all.faults.extend(of.faults.iter().cloned());
}

/// Writes input `n` of `seed` to stdout, as text that shows every byte.
pub(crate) fn show(seed: u64, n: u64) {
    println!("{}", mutant(seed, n).escape_ascii());
}
