//! `kill -9` at any moment: a rerun ends in the same log and report.

use crate::support::{Workspace, assert_same};
use std::process::Stdio;
use std::time::{Duration, Instant};

/// A reproducible sequence of numbers below one (Knuth's MMIX generator).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        f64::from(u32::try_from(self.0 >> 40).unwrap()) / f64::from(1_u32 << 24)
    }
}

#[test]
fn a_run_killed_at_any_moment_is_finished_by_the_next() {
    let whole = Workspace::demonstration();
    let began = Instant::now();
    whole.run(&["run", "--replay"]).ok();
    whole.run(&["update", "--replay"]).ok();
    let mut took = began.elapsed().as_secs_f64();
    let want = whole.outcome();

    let mut kills = 0;
    for seed in 1..=20_u64 {
        if seed > 4 && kills > 8 {
            break;
        }
        let workspace = Workspace::demonstration();
        let mut chance = Chance(seed);
        for command in ["run", "update"] {
            // Killed again and again, each time somewhere else, until it gets through.
            for _ in 0..4 {
                let mut child = workspace
                    .command(&[command, "--replay"])
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .spawn()
                    .unwrap();
                // The moment is the point of the test: nothing is waited for.
                std::thread::sleep(Duration::from_secs_f64(took * 0.6 * chance.next()));
                if child.try_wait().unwrap().is_none() {
                    child.kill().unwrap();
                    kills += 1;
                } else {
                    // The machine was busier when the time was taken.
                    took *= 0.8;
                }
                child.wait().unwrap();
                // Whatever the moment, the workspace opens and its log holds.
                workspace.run(&["audit"]).ok();
            }
            workspace.run(&[command, "--replay"]).ok();
        }
        // A run that a kill let finish is followed by one more, which must change nothing.
        let after = (0..3)
            .map(|_| workspace.run(&["update", "--replay", "--json"]).ok().json())
            .find(|json| json["changed"] == false);
        assert!(after.is_some(), "the update never comes to rest");
        assert_same(&workspace.outcome(), &want);
    }
    assert!(
        kills > 8,
        "only {kills} runs were killed; the test tests too little"
    );
}
