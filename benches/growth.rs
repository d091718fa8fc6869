//! How the stages grow: each command on 10,000 and on 100,000 records with two votes each, its CPU
//! time, its peak memory, and the exponent between them (1 is linear).
//!
//! ```text
//! cargo bench --bench growth                 10,000 and 100,000 records, some minutes
//! cargo bench --bench growth -- 1000 10000   other sizes
//! ```
//!
//! CPU time and memory are what Linux counts of the process, read from `/proc` until it ends, so that
//! other work on the machine does not show in them.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark prints its figures, and stops where it cannot run"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Ticks a second in which Linux counts CPU time.
const TICKS: f64 = 100.0;

/// The same records on every machine (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }

    /// A word of a vocabulary of 20,000.
    fn word(&mut self) -> String {
        let mut n = self.below(20_000);
        let mut out = String::new();
        for _ in 0..3 {
            let consonant = usize::try_from(n % 14).unwrap_or(0);
            n /= 14;
            let vowel = usize::try_from(n % 5).unwrap_or(0);
            n /= 5;
            out.extend("bcdfghklmnprst".chars().nth(consonant));
            out.extend("aeiou".chars().nth(vowel));
        }
        out
    }

    fn words(&mut self, n: usize) -> String {
        let all: Vec<String> = (0..n).map(|_| self.word()).collect();
        all.join(" ")
    }
}

/// What a command took.
#[derive(Debug, Clone, Copy)]
struct Took {
    seconds: f64,
    megabytes: f64,
}

fn run(folder: &Path, args: &[&str]) -> Took {
    let mut child = Command::new(env!("CARGO_BIN_EXE_perennial"))
        .current_dir(folder)
        .args(args)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let of = format!("/proc/{}", child.id());
    let mut took = Took {
        seconds: 0.0,
        megabytes: 0.0,
    };
    loop {
        let stat = fs::read_to_string(format!("{of}/stat")).unwrap_or_default();
        // Behind the name, which may hold blanks, the twelfth and thirteenth.
        let rest = stat.rsplit(')').next().unwrap_or_default();
        let ticks: Vec<f64> = rest
            .split_whitespace()
            .skip(11)
            .take(2)
            .filter_map(|n| n.parse().ok())
            .collect();
        if ticks.len() == 2 {
            took.seconds = took.seconds.max(ticks.iter().sum::<f64>() / TICKS);
        }
        let status = fs::read_to_string(format!("{of}/status")).unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let peak: Option<f64> =
            peak.and_then(|text| text.trim().trim_end_matches(" kB").parse().ok());
        took.megabytes = took.megabytes.max(peak.unwrap_or(0.0) / 1024.0);
        if let Some(status) = child.try_wait().expect("the program can be waited for") {
            assert!(status.success(), "perennial {args:?}: {status}");
            return took;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A review of `n` records, each with two votes, stage by stage.
fn review(n: u64) -> Vec<(&'static str, Took)> {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let root = folder.path().join("review");
    let shown = root.display().to_string();
    run(folder.path(), &["init", &shown]);
    let mut chance = Chance(n | 1);
    let mut ris = String::new();
    let mut votes = "report,phase,reviewer,decision\n".to_owned();
    for i in 1..=n {
        let _ = writeln!(
            ris,
            "TY  - JOUR\nTI  - {}\nAU  - {}, A\nPY  - {}\nJO  - Journal of {}\nAB  - {}\nDO  - 10.1234/x{i}\n\
             ID  - x{i}\nER  - \n",
            chance.words(11),
            chance.word(),
            2000 + chance.below(24),
            chance.word(),
            chance.words(150)
        );
        for who in ["ann", "ben"] {
            let word = if chance.below(100) < 97 {
                "exclude"
            } else {
                "include"
            };
            let _ = writeln!(votes, "r{i},title-abstract,{who},{word}");
        }
    }
    fs::write(root.join("a.ris"), ris).expect("the records can be written");
    fs::write(root.join("v.csv"), votes).expect("the votes can be written");
    run(&root, &["user", "add", "lea", "--role", "lead"]);
    for who in ["ann", "ben"] {
        run(
            &root,
            &["user", "add", who, "--role", "reviewer", "--as", "lea"],
        );
    }
    let stages: [(&str, &[&str]); 10] = [
        (
            "import",
            &["import", "a.ris", "--source", "Cochrane CENTRAL"],
        ),
        ("dedup", &["dedup"]),
        ("filter", &["filter"]),
        ("screen import", &["screen", "import", "v.csv"]),
        ("status", &["status"]),
        ("prisma", &["prisma"]),
        ("report", &["report"]),
        ("audit", &["audit"]),
        (
            "publish",
            &["publish", "1.0", "--provisional", "--as", "lea"],
        ),
        ("backup", &["backup", "b.tar"]),
    ];
    let took = stages
        .into_iter()
        .map(|(name, args)| (name, run(&root, args)));
    took.collect()
}

fn main() {
    let sizes: Vec<u64> = std::env::args().filter_map(|n| n.parse().ok()).collect();
    let (small, large) = match sizes.as_slice() {
        [small, large, ..] => (*small, *large),
        _ => (10_000, 100_000),
    };
    let (first, second) = (review(small), review(large));
    #[expect(clippy::cast_precision_loss, reason = "sizes are small")]
    let decades = (large as f64 / small as f64).ln();
    println!("                  {small:>9}    {large:>9}   exponent   memory");
    for ((name, a), (_, b)) in first.iter().zip(&second) {
        let exponent = (b.seconds.max(0.01) / a.seconds.max(0.01)).ln() / decades;
        println!(
            "{name:<16} {:>8.2} s   {:>8.2} s      {exponent:>5.2}   {:.0} MB, {:.0} MB",
            a.seconds, b.seconds, a.megabytes, b.megabytes
        );
    }
}
