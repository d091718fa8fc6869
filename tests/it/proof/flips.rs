//! Single bits of the database file are flipped: each flip that changes an answer is found.
//!
//! The database is a small one with something in every table that the log determines: a release's own
//! from `tests/ledgers`. `PERENNIAL_BIN=target/fast/perennial cargo test --test it thousand -- --ignored
//! --nocapture` flips a thousand with an optimised program.

use crate::support::{program, said};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// The answers that the log, the projections, the contents, the archive and the names give.
const ANSWERS: [&[&str]; 6] = [
    &["export", "events"],
    &["export", "decisions"],
    &["export", "records"],
    &["export", "studies"],
    &["prisma", "--json"],
    &["user", "list"],
];

struct Flipped {
    audited: u64,
    found: u64,
}

/// Flips `count` bits, one at a time, and asks the audit and, where it finds nothing, everything else.
fn flips(count: u64) -> Flipped {
    let (_held, first) = super::ledgers::workspace("0.2.0");
    rusqlite::Connection::open(first.join("db/review.sqlite"))
        .unwrap()
        .execute_batch("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = delete")
        .unwrap();
    let run = |folder: &Path, args: &[&str]| {
        said(&program().current_dir(folder).args(args).output().unwrap())
    };
    run(&first, &["status"]).ok();
    let answers = |folder: &Path| -> Vec<String> {
        ANSWERS
            .iter()
            .map(|args| {
                let said = run(folder, args);
                format!("{} {}", said.code, said.stdout)
            })
            .collect()
    };
    let right = answers(&first);
    let (next, audited, found) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    let work = || {
        let folder = tempfile::tempdir().unwrap();
        crate::support::copy(&first, folder.path());
        let path: PathBuf = folder.path().join("db/review.sqlite");
        let whole = std::fs::read(&path).unwrap();
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            if n >= count {
                break;
            }
            let mut seed = (n + 1).wrapping_mul(0x2545_f491_4f6c_dd1d);
            for _ in 0..8 {
                seed ^= seed << 13;
                seed ^= seed >> 7;
                seed ^= seed << 17;
            }
            // The first page and what holds something are met more often than their share: most of a
            // small database is empty.
            let bits = if n % 6 == 0 {
                4096 * 8
            } else {
                whole.len() as u64 * 8
            };
            let mut bit = usize::try_from(seed % bits).unwrap();
            if n % 2 == 0 {
                let byte = (bit / 8..whole.len()).find(|at| whole[*at] != 0);
                bit = byte.map_or(bit, |byte| byte * 8 + bit % 8);
            }
            let mut bytes = whole.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            std::fs::write(&path, &bytes).unwrap();
            let told = run(folder.path(), &["audit"]);
            assert!(
                told.code == 0 || told.code == 4,
                "bit {bit}: exit {}: {}{}",
                told.code,
                told.stdout,
                told.stderr
            );
            audited.fetch_add(1, Ordering::Relaxed);
            if told.code == 4 {
                found.fetch_add(1, Ordering::Relaxed);
            } else {
                let now = answers(folder.path());
                assert_eq!(now, right, "bit {bit} changes an answer unseen");
            }
            for end in ["-wal", "-shm", "-journal"] {
                let _ = std::fs::remove_file(format!("{}{end}", path.display()));
            }
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        work();
    });
    Flipped {
        audited: audited.into_inner(),
        found: found.into_inner(),
    }
}

#[test]
fn a_flipped_bit_is_found_wherever_it_changes_an_answer() {
    let flipped = flips(8);
    assert_eq!(flipped.audited, 8);
}

#[test]
#[ignore = "some minutes: cargo test --test it thousand -- --ignored --nocapture"]
fn a_thousand_flipped_bits_are_found_wherever_they_change_an_answer() {
    let flipped = flips(1_000);
    println!(
        "{} bits flipped, {} found by the audit, the others change no answer",
        flipped.audited, flipped.found
    );
    assert!(flipped.found > 100, "{}", flipped.found);
}
