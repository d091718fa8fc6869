//! A bar on stderr: only on a terminal, only where work takes longer than a glance.

use crate::model::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::cell::RefCell;
use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

/// Shorter work than this shows no bar.
const GLANCE: Duration = Duration::from_millis(400);

/// The bar of the running command.
#[derive(Debug, Default)]
pub(super) struct Bar {
    work: RefCell<Option<Work>>,
}

#[derive(Debug)]
struct Work {
    what: String,
    total: u64,
    done: u64,
    began: Instant,
    bar: Option<ProgressBar>,
}

impl Progress for Bar {
    fn begin(&self, what: &str, total: u64) {
        self.end();
        *self.work.borrow_mut() = Some(Work {
            what: what.to_owned(),
            total,
            done: 0,
            began: Instant::now(),
            bar: None,
        });
    }

    fn advance(&self, by: u64) {
        let mut work = self.work.borrow_mut();
        let Some(work) = work.as_mut() else { return };
        work.done += by;
        if work.bar.is_none() && work.began.elapsed() > GLANCE && std::io::stderr().is_terminal() {
            work.bar = Some(draw(work.total, &work.what));
        }
        if let Some(bar) = &work.bar {
            bar.set_position(work.done);
        }
    }

    fn end(&self) {
        if let Some(Work { bar: Some(bar), .. }) = self.work.borrow_mut().take() {
            bar.finish_and_clear();
        }
    }
}

fn draw(total: u64, what: &str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr_with_hz(10));
    let template = "  {msg:30} {bar:24} {pos}/{len}  {per_sec}, {eta} left";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("━━╌"));
    }
    bar.set_message(what.to_owned());
    bar
}
