//! What a command prints, and whether in colour.

use super::error::{CliError, Ending, Kind};
use crate::model::visible::visible;
use serde::Serialize;
use std::io::{ErrorKind, IsTerminal as _, Write as _};
use std::process::ExitCode;

/// Where a command's answer goes.
#[derive(Debug)]
pub(super) struct Out {
    json: bool,
    color: bool,
    error_color: bool,
}

/// A style of the terminal. Colour never carries meaning by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    /// Done, held.
    Good,
    /// Open, provisional.
    Open,
    /// A fault.
    Bad,
    /// What can be skipped.
    Dim,
    /// A heading, a command.
    Bold,
}

impl Ink {
    fn code(self) -> &'static str {
        match self {
            Self::Good => "32",
            Self::Open => "33",
            Self::Bad => "31;1",
            Self::Dim => "2",
            Self::Bold => "1",
        }
    }
}

impl Out {
    /// The process's own streams.
    pub(super) fn of_process(json: bool) -> Self {
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            json,
            color: !json && !plain && std::io::stdout().is_terminal(),
            error_color: !plain && std::io::stderr().is_terminal(),
        }
    }

    /// Whether the answer goes to a terminal in colour.
    pub(super) fn is_terminal(&self) -> bool {
        !self.json && std::io::stdout().is_terminal()
    }

    /// Columns of the terminal that the answer goes to; 100 where it goes elsewhere.
    #[expect(clippy::unused_self, reason = "the terminal is looked at in one place")]
    pub(super) fn width(&self) -> usize {
        let stdout = std::io::stdout();
        if !stdout.is_terminal() {
            return 100;
        }
        rustix::termios::tcgetwinsize(&stdout)
            .map(|size| usize::from(size.ws_col))
            .ok()
            .filter(|columns| *columns >= 20)
            .unwrap_or(80)
    }

    /// Whether `--json` was given.
    pub(super) fn is_json(&self) -> bool {
        self.json
    }

    /// Whether the answer is in colour.
    pub(super) fn is_color(&self) -> bool {
        self.color
    }

    /// `text` in a style, where the answer goes to a terminal.
    pub(super) fn ink(&self, ink: Ink, text: &str) -> String {
        if self.color {
            format!("\u{1b}[{}m{text}\u{1b}[0m", ink.code())
        } else {
            text.to_owned()
        }
    }

    /// A line of the answer for people; nothing under `--json`.
    pub(super) fn line(&mut self, text: &str) -> Result<(), Ending> {
        if self.json {
            return Ok(());
        }
        let text = shown(text.trim_end(), self.color);
        self.raw(&format!("{text}\n"))
    }

    /// The JSON answer; nothing without `--json`.
    pub(super) fn json<T: Serialize>(&mut self, value: &T) -> Result<(), Ending> {
        if !self.json {
            return Ok(());
        }
        let text = serde_json::to_string_pretty(value)
            .map_err(|error| CliError::new(Kind::Internal, error.to_string()))?;
        self.raw(&format!("{text}\n"))
    }

    /// Text that is the answer whatever the options.
    pub(super) fn raw(&mut self, text: &str) -> Result<(), Ending> {
        self.bytes(text.as_bytes())
    }

    /// Bytes that are the answer whatever the options.
    #[expect(clippy::unused_self, reason = "printing goes through one place")]
    pub(super) fn bytes(&mut self, bytes: &[u8]) -> Result<(), Ending> {
        let mut stdout = std::io::stdout().lock();
        stdout
            .write_all(bytes)
            .and_then(|()| stdout.flush())
            .map_err(|error| {
                if error.kind() == ErrorKind::BrokenPipe {
                    Ending::BrokenPipe
                } else {
                    CliError::new(Kind::Io, format!("cannot write the answer: {error}")).into()
                }
            })
    }

    /// Text with and without styles.
    pub(super) fn text(&mut self, styled: &str, plain: &str) -> Result<(), Ending> {
        let text = if self.color { styled } else { plain };
        self.raw(text)
    }

    /// Asks a question on the terminal; anything but yes is no.
    pub(super) fn confirm(&mut self, question: &str) -> Result<bool, Ending> {
        self.raw(&format!("{question} [y/N] "))?;
        let mut answer = String::new();
        std::io::stdin()
            .read_line(&mut answer)
            .map_err(|error| CliError::new(Kind::Io, format!("cannot read the answer: {error}")))?;
        Ok(matches!(
            answer.trim().to_ascii_lowercase().as_str(),
            "y" | "yes"
        ))
    }

    /// A line on stderr: a warning, a hint.
    pub(super) fn note(&self, text: &str) {
        // A closed stderr is not a reason to fail.
        let _ = writeln!(std::io::stderr(), "{}", shown(text, self.error_color));
    }

    /// Prints an error and gives its exit code.
    pub(super) fn fail(&mut self, error: &CliError) -> ExitCode {
        if self.json {
            let document = serde_json::json!({"error": error.to_json()});
            // Nobody reads the answer any more: the exit code still tells.
            let _ = self.raw(&format!("{document:#}\n"));
        } else {
            self.note(&error.picture(self.error_color));
        }
        ExitCode::from(error.kind.exit_code())
    }
}

/// What a terminal is given: styles of letters, and nothing else that steers it.
fn shown(text: &str, color: bool) -> std::borrow::Cow<'_, str> {
    if !color || !text.contains('\u{1b}') {
        return visible(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\u{1b}') {
        let (before, from) = rest.split_at(at);
        out.push_str(&visible(before));
        let end = style(from).unwrap_or(1);
        let (escape, behind) = from.split_at(end);
        if end > 1 {
            out.push_str(escape);
        } else {
            out.push_str(&visible(escape));
        }
        rest = behind;
    }
    out.push_str(&visible(rest));
    std::borrow::Cow::Owned(out)
}

/// The length of the style that a text begins with, where it is one that shows letters.
fn style(text: &str) -> Option<usize> {
    let codes = text.strip_prefix("\u{1b}[")?;
    let end = codes.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    let (codes, behind) = codes.split_at(end);
    let hides = codes.split(';').any(|code| code == "8");
    (behind.starts_with('m') && !hides).then_some(end + 3)
}

/// Breaks `text` into lines of at most `width` columns at blanks; the second and later ones begin
/// with `indent`. A word that is longer stands alone, whole, so that an address can be copied.
pub(super) fn wrap(text: &str, width: usize, indent: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let (mut line, mut used) = (String::new(), 0);
    for word in text.split_whitespace() {
        let columns = word.chars().count();
        if used > 0 && used + 1 + columns > width {
            lines.push(std::mem::replace(&mut line, indent.to_owned()));
            used = 0;
            line.push_str(word);
            used += indent.chars().count() + columns;
            continue;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += columns;
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// A word of a command as it can be typed into a shell: in quotes where it holds a blank or a sign
/// that a shell reads.
pub(super) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:@%+=,~".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// Cuts or fills `text` to `width` columns.
pub(super) fn fit(text: &str, width: usize) -> String {
    let n = text.chars().count();
    if n > width {
        let cut: String = text.chars().take(width.saturating_sub(1)).collect();
        format!("{}…", cut.trim_end())
    } else {
        format!("{text}{}", " ".repeat(width - n))
    }
}

/// A line on stderr from work that shows a bar there: the bar's line is cleared first.
pub(super) fn tell(text: &str) {
    let mut stderr = std::io::stderr();
    let clear = if stderr.is_terminal() {
        "\r\x1b[2K"
    } else {
        ""
    };
    // A closed stderr is not a reason to fail.
    let _ = writeln!(stderr, "{clear}{}", visible(text));
}
