//! What `/metrics` tells: requests by status and how long they took. Nothing of it is about what
//! anybody decided.

use axum::http::StatusCode;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Upper bounds of the times that are counted, in milliseconds.
const BOUNDS: [u64; 8] = [5, 10, 20, 50, 100, 250, 1_000, 10_000];

/// Counters since the start.
#[derive(Debug, Default)]
pub(super) struct Meter {
    classes: [AtomicU64; 6],
    times: [AtomicU64; 8],
    total: AtomicU64,
    micros: AtomicU64,
    open: AtomicU64,
}

impl Meter {
    pub(super) fn opened(&self) -> u64 {
        self.open.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(super) fn closed(&self) {
        self.open.fetch_sub(1, Ordering::Relaxed);
    }

    pub(super) fn note(&self, status: StatusCode, took: Duration) {
        if let Some(class) = self.classes.get(usize::from(status.as_u16() / 100)) {
            class.fetch_add(1, Ordering::Relaxed);
        }
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.total.fetch_add(1, Ordering::Relaxed);
        self.micros.fetch_add(micros, Ordering::Relaxed);
        for (bound, count) in BOUNDS.iter().zip(&self.times) {
            if micros <= bound * 1_000 {
                count.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// The text that Prometheus reads.
    pub(super) fn text(&self) -> String {
        let get = |n: &AtomicU64| n.load(Ordering::Relaxed);
        let mut out = String::from(
            "# HELP perennial_up Whether the server answers.\n# TYPE perennial_up gauge\n\
             perennial_up 1\n",
        );
        let _ = writeln!(
            out,
            "# HELP perennial_info The version of the program.\n# TYPE perennial_info gauge\n\
             perennial_info{{version=\"{}\"}} 1",
            env!("CARGO_PKG_VERSION")
        );
        out.push_str(
            "# HELP perennial_requests_total Requests answered, by class of status.\n\
             # TYPE perennial_requests_total counter\n",
        );
        for (class, count) in self.classes.iter().enumerate().skip(1) {
            let _ = writeln!(
                out,
                "perennial_requests_total{{status=\"{class}xx\"}} {}",
                get(count)
            );
        }
        out.push_str(
            "# HELP perennial_request_seconds How long answers took.\n\
             # TYPE perennial_request_seconds histogram\n",
        );
        for (bound, count) in BOUNDS.iter().zip(&self.times) {
            let _ = writeln!(
                out,
                "perennial_request_seconds_bucket{{le=\"{}.{:03}\"}} {}",
                bound / 1_000,
                bound % 1_000,
                get(count)
            );
        }
        let (total, micros) = (get(&self.total), get(&self.micros));
        let _ = writeln!(
            out,
            "perennial_request_seconds_bucket{{le=\"+Inf\"}} {total}\n\
             perennial_request_seconds_sum {}.{:06}\nperennial_request_seconds_count {total}",
            micros / 1_000_000,
            micros % 1_000_000
        );
        let _ = writeln!(
            out,
            "# HELP perennial_connections Connections that are open.\n\
             # TYPE perennial_connections gauge\nperennial_connections {}",
            get(&self.open)
        );
        out
    }
}
