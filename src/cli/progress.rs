//! A bar on stderr: only on a terminal, only where work takes longer than a glance.

use crate::model::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use std::io::IsTerminal as _;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Shorter work than this shows no bar.
const GLANCE: Duration = Duration::from_millis(400);

/// The bar of the running command.
#[derive(Debug, Default)]
pub(super) struct Bar {
    work: Mutex<Option<Work>>,
}

#[derive(Debug)]
struct Work {
    what: String,
    total: u64,
    done: u64,
    /// Of it, what was done before this run.
    before: u64,
    began: Instant,
    bar: Option<ProgressBar>,
}

impl Bar {
    fn work(&self) -> MutexGuard<'_, Option<Work>> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Progress for Bar {
    fn begin(&self, what: &str, total: u64) {
        self.end();
        *self.work() = Some(Work {
            what: what.to_owned(),
            total,
            done: 0,
            before: 0,
            began: Instant::now(),
            bar: None,
        });
    }

    fn already(&self, by: u64) {
        if let Some(work) = self.work().as_mut() {
            work.done += by;
            work.before += by;
        }
    }

    fn advance(&self, by: u64) {
        let mut work = self.work();
        let Some(work) = work.as_mut() else { return };
        work.done += by;
        if work.bar.is_none() && work.began.elapsed() > GLANCE && std::io::stderr().is_terminal() {
            work.bar = Some(draw(work));
        }
        if let Some(bar) = &work.bar {
            bar.set_position(work.done);
        }
    }

    fn end(&self) {
        if let Some(Work { bar: Some(bar), .. }) = self.work().take() {
            bar.finish_and_clear();
        }
    }
}

fn draw(work: &Work) -> ProgressBar {
    let target = ProgressDrawTarget::stderr_with_hz(10);
    let bar = ProgressBar::with_draw_target(Some(work.total), target);
    let (before, began) = (work.before, work.began);
    let pace = move |state: &ProgressState, out: &mut dyn std::fmt::Write| {
        let left = state.len().unwrap_or(0).saturating_sub(state.pos());
        let done = state.pos().saturating_sub(before);
        // Nothing can be done about a bar that cannot be drawn.
        let _ = out.write_str(&pace(done, left, began.elapsed()));
    };
    let template = "  {msg:30} {bar:24} {pos}/{len}  {pace}";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("━━╌").with_key("pace", pace));
    }
    bar.set_message(work.what.clone());
    bar
}

/// "120/s, 14 s left": how fast this run goes, and how long it will take at that.
fn pace(done: u64, left: u64, took: Duration) -> String {
    #[expect(clippy::cast_precision_loss, reason = "steps are far below 2^53")]
    let (done, left) = (done as f64, left as f64);
    let rate = done / took.as_secs_f64().max(0.001);
    if rate <= 0.0 {
        return String::new();
    }
    let digits = usize::from(rate < 10.0);
    let seconds = left / rate;
    let rest = if seconds < 90.0 {
        format!("{seconds:.0} s")
    } else {
        format!("{:.0} min", seconds / 60.0)
    };
    format!("{rate:.digits$}/s, {rest} left")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pace_is_of_this_run_and_in_whole_numbers() {
        let minute = Duration::from_mins(1);
        assert_eq!(pace(6_000, 1_000, minute), "100/s, 10 s left");
        assert_eq!(pace(90, 900, minute), "1.5/s, 10 min left");
        assert_eq!(pace(0, 900, minute), "");
    }
}
