//! `watch`: updates when the schedule says so, until the process is told to stop.

use super::args::{Global, WatchArgs};
use super::clock::SystemClock;
use super::error::{CliError, Ending};
use super::out::{Out, tell};
use super::progress::Bar;
use crate::model::{Clock as _, Quiet};
use crate::pipeline::watch::{Act, WatchError, Watcher};
use crate::pipeline::{self, Workspace};
use crate::search::SearchError;
use crate::search::watch::Watch;
use std::io::Read as _;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

pub(super) fn run(args: &WatchArgs, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    let root = super::root(global)?;
    // What people have to change is said at once, not at the first date.
    let (workflow, ..) = pipeline::workspace::load(&root, false)?;
    super::search::can_ask(&workflow)?;
    let stop = Stop::on_signals();
    let watch = stop.watch();
    let ready = |workspace: &mut Workspace| ready(workspace, &watch);
    let watcher = Watcher {
        root: &root,
        clock: &SystemClock,
        progress: if args.once { &Bar::default() } else { &Quiet },
        ready: &ready,
    };
    if args.once {
        let tick = watcher.tick()?;
        for act in &tick.acts {
            say(act, out)?;
        }
        return match tick.error {
            Some(error) => Err(error.into()),
            None => Ok(0),
        };
    }
    let mut ending = None;
    watcher.watch(&mut |time| stop.wait(time), &mut |act| {
        if ending.is_none() {
            ending = say(act, out).err();
        }
        if ending.is_some() {
            stop.now();
        }
    });
    match ending {
        // Whoever read the lines may have gone: that is a way to stop it.
        None | Some(Ending::BrokenPipe) => Ok(0),
        Some(error) => Err(error),
    }
}

/// One line for each act.
fn say(act: &Act, out: &mut Out) -> Result<(), Ending> {
    let at = SystemClock.now();
    out.line(&format!("{at} {}", act.words()))?;
    if out.is_json() {
        let mut line = serde_json::to_value(act).unwrap_or_default();
        if let Some(object) = line.as_object_mut() {
            object.insert("at".to_owned(), at.into());
        }
        out.raw(&format!("{line}\n"))?;
    }
    Ok(())
}

/// Lets a workspace search: who asks, and who may stop it.
fn ready(workspace: &mut Workspace, watch: &Watch) -> Result<(), SearchError> {
    workspace.live = true;
    workspace.watch = watch.clone();
    let sources = pipeline::live::sources(workspace, &workspace.sources.clone())?;
    if sources.iter().any(pipeline::live::asks_ncbi) {
        workspace.contact = Some(super::search::contact()?);
    }
    Ok(())
}

/// Runs a watch in a thread of its own, as `serve --watch` does, until what is given back is dropped.
pub(super) fn beside(root: &Path) -> Result<Beside, Ending> {
    let (workflow, ..) = pipeline::workspace::load(root, false)?;
    super::search::can_ask(&workflow)?;
    let root = root.to_owned();
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = Arc::clone(&stop);
    let thread = std::thread::spawn(move || {
        let watch = Watch {
            told: Some(|text| tell(&format!("note: {text}"))),
            stop: Arc::clone(&stopped),
            ..Watch::default()
        };
        let ready = |workspace: &mut Workspace| ready(workspace, &watch);
        let watcher = Watcher {
            root: &root,
            clock: &SystemClock,
            progress: &Quiet,
            ready: &ready,
        };
        let mut wait = |time: Duration| {
            std::thread::park_timeout(time);
            !stopped.load(Ordering::Relaxed)
        };
        watcher.watch(&mut wait, &mut |act| {
            tell(&format!("watch: {}", act.words()));
        });
    });
    Ok(Beside {
        stop,
        thread: Some(thread),
    })
}

/// A watch that runs beside something else.
pub(super) struct Beside {
    stop: Arc<AtomicBool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Drop for Beside {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // A watch that fell over has said so.
            let _ = thread.join();
        }
    }
}

/// What a signal wakes.
struct Stop {
    flag: Arc<AtomicBool>,
    woken: Option<UnixStream>,
}

impl Stop {
    /// SIGINT and SIGTERM stop the watch with what is saved; a second one ends the process.
    fn on_signals() -> Self {
        use signal_hook::consts::{SIGINT, SIGTERM};
        use signal_hook::{flag, low_level::pipe};
        let stop = Arc::new(AtomicBool::new(false));
        let pair = UnixStream::pair().ok();
        for signal in [SIGINT, SIGTERM] {
            // Where a handler cannot be set, the signal ends the process as the system has it.
            let _ = flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&stop));
            let _ = flag::register(signal, Arc::clone(&stop));
            if let Some((_, wakes)) = &pair
                && let Ok(wakes) = wakes.try_clone()
            {
                let _ = pipe::register(signal, wakes);
            }
        }
        Self {
            flag: stop,
            woken: pair.map(|(woken, _)| woken),
        }
    }

    /// Who watches the searches: the same flag stops them.
    fn watch(&self) -> Watch {
        Watch {
            told: Some(|text| tell(&format!("note: {text}"))),
            stop: Arc::clone(&self.flag),
            ..Watch::default()
        }
    }

    fn now(&self) {
        self.flag.store(true, Ordering::Relaxed);
    }

    /// Waits that long, or until a signal; whether to go on.
    fn wait(&self, time: Duration) -> bool {
        if self.flag.load(Ordering::Relaxed) {
            return false;
        }
        match &self.woken {
            Some(woken) if !time.is_zero() && woken.set_read_timeout(Some(time)).is_ok() => {
                let mut byte = [0];
                let mut reader: &UnixStream = woken;
                // The end of the time is an error of reading, a signal is a byte.
                let _ = reader.read(&mut byte);
            }
            Some(_) | None => std::thread::sleep(time),
        }
        !self.flag.load(Ordering::Relaxed)
    }
}

impl From<WatchError> for CliError {
    fn from(error: WatchError) -> Self {
        match error {
            WatchError::Open(error) => error.into(),
            WatchError::Run(error) => error.into(),
            WatchError::Lock(error) => error.into(),
        }
    }
}

impl From<WatchError> for Ending {
    fn from(error: WatchError) -> Self {
        CliError::from(error).into()
    }
}
