//! Source strings: journal, volume, issue, pages and year in one text.
//!
//! Shapes, by example (Ovid's Embase "SO" field with and without its blanks, Ovid's MEDLINE, the
//! NLM's citation, and a plain one):
//!
//! - `J Invent.18 (104) ()(pp 241-245) 2009.Date of Publication: Dec 2009.`
//! - `J Invent.Conference: 22 Congress.Conference Start: 20090912.20 ()(pp S391) 2010.`
//! - `J Invent. 123(4):373-8, 2011 Feb 1.`
//! - `J Invent. 2009 Jan 29;360(5):544-6`
//! - `J Invent, vol. 12, no. 3, pp. 123-130, 2010`

/// A source string, taken apart.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Source<'a> {
    pub(super) journal: &'a str,
    pub(super) volume: Option<&'a str>,
    pub(super) issue: Option<&'a str>,
    pub(super) pages: Option<&'a str>,
    pub(super) year: Option<u16>,
}

/// Reads a source string; nothing where the text is a journal's name alone.
pub(super) fn read(raw: &str) -> Option<Source<'_>> {
    let digits = raw.bytes().any(|b| b.is_ascii_digit());
    if raw.len() < 12 || !(digits || raw.contains(':')) {
        return None;
    }
    let lower = raw.to_ascii_lowercase();
    embase(raw, &lower)
        .or_else(|| citation(raw))
        .or_else(|| plain(raw, &lower))
}

/// Ovid's Embase, with or without a conference.
fn embase<'a>(raw: &'a str, lower: &str) -> Option<Source<'a>> {
    let conference = lower.find("conference:").filter(|at| {
        let before = lower.get(..*at).unwrap_or_default().trim_end();
        before.is_empty() || before.ends_with(['.', ',', ';', ')'])
    });
    if let Some(at) = conference {
        let end = at + "conference:".len();
        let mut source = numbers(raw, lower, after_conference(lower, end)).unwrap_or_default();
        source.journal = raw.get(..end)?;
        return Some(source);
    }
    let marks = [
        "(pp ",
        "(p ",
        "(no pagination",
        "date of publication",
        "article number:",
    ];
    marks.iter().find(|mark| lower.contains(**mark))?;
    let open = lower.find("(pp ").or_else(|| lower.find("(no pagination"));
    let open = open.or_else(|| lower.find("(p ")).unwrap_or_else(|| {
        let date = lower.find("date of publication");
        date.or_else(|| lower.find("article number:")).unwrap_or(0)
    });
    let start = border(lower.get(..open)?)?;
    let mut source = numbers(raw, lower, start)?;
    source.journal = raw.get(..start)?.trim_end_matches(['.', ',', ' ']);
    (!source.journal.is_empty()).then_some(source)
}

/// Where the numbers begin behind a conference's name and days.
fn after_conference(lower: &str, from: usize) -> usize {
    let publication = "conference publication:";
    if let Some(at) = lower.rfind(publication) {
        let from = at + publication.len();
        let tail = lower.get(from..).unwrap_or_default();
        return from + tail.find(").").map_or(tail.len(), |end| end + 2);
    }
    let day = ["conference end:", "conference start:"]
        .iter()
        .find_map(|word| Some(lower.rfind(word)? + word.len()));
    let Some(at) = day.filter(|at| *at >= from) else {
        return lower.len();
    };
    let tail = lower.get(at..).unwrap_or_default();
    at + tail.find('.').map_or(tail.len(), |end| end + 1)
}

/// Where the volume begins in what stands before the pages: behind the last stop that a number
/// follows, else at the last number before the brackets, else at the brackets.
fn border(head: &str) -> Option<usize> {
    let outside = head.find('(').unwrap_or(head.len());
    let name = head.get(..outside)?;
    let digit = |at: usize| {
        let tail = name.get(at..).unwrap_or_default().trim_start();
        tail.starts_with(|c: char| c.is_ascii_digit())
    };
    let stop = name
        .rmatch_indices('.')
        .map(|(at, _)| at + 1)
        .find(|at| digit(*at));
    let blank = || {
        let words = name.trim_end();
        let at = words.rfind(' ')? + 1;
        digit(at).then_some(at)
    };
    stop.or_else(blank).or(Some(outside))
}

/// Volume, issue, pages and year from `start` on: `8 Suppl 1 ()(pp 3-62) 1993`.
fn numbers<'a>(raw: &'a str, lower: &str, start: usize) -> Option<Source<'a>> {
    let mut source = Source::default();
    let body = raw.get(start..)?;
    let tail = lower.get(start..)?;
    if let Some(open) = body.find('(') {
        // A volume cut off at the end of a column has no bracket behind it and is not believed.
        let volume = body.get(..open)?.trim().trim_matches(['.', ',']);
        let numbered = volume.starts_with(|c: char| c.is_ascii_digit()) && volume.len() < 20;
        source.volume = numbered.then_some(volume);
        let inside = body
            .get(open + 1..)?
            .split_once(')')
            .map(|(inside, _)| inside.trim());
        source.issue = inside.filter(|text| {
            let text = text.to_ascii_lowercase();
            let pages = ["pp ", "p ", "no pag", "var.", "pagination"];
            !text.is_empty() && !pages.iter().any(|p| text.starts_with(p))
        });
    }
    let mut rest = 0;
    for mark in ["(pp ", "(p "] {
        if let Some(at) = tail.find(mark) {
            let from = at + mark.len();
            let end = tail.get(from..)?.find(')');
            source.pages = end
                .and_then(|end| body.get(from..from + end))
                .map(str::trim);
            rest = from + end.unwrap_or(0);
            break;
        }
    }
    let article = "article number:";
    if let Some(at) = tail.find(article).filter(|_| source.pages.is_none()) {
        let number = body.get(at + article.len()..)?.trim_start();
        let end = number.find(['.', ' ', ',']).unwrap_or(number.len());
        source.pages = number.get(..end).filter(|n| !n.is_empty());
    }
    source.year = body.get(rest..).and_then(year);
    Some(source)
}

/// The first number of four digits that can be a year.
fn year(text: &str) -> Option<u16> {
    text.split(|c: char| !c.is_ascii_digit())
        .filter(|run| run.len() == 4 || run.len() == 8)
        .filter_map(|run| run.get(..4)?.parse().ok())
        .find(|year| (1800..2100).contains(year))
}

/// `123(4):373-8, 2011` or `2009 Jan 29;360(5):544-6` behind the name.
fn citation(raw: &str) -> Option<Source<'_>> {
    let bytes = raw.as_bytes();
    let colon = raw.match_indices(':').map(|(at, _)| at).find(|at| {
        let before = at.checked_sub(1).and_then(|i| bytes.get(i));
        before.is_some_and(|b| b.is_ascii_digit() || *b == b')')
            && raw.get(at + 1..).is_some_and(|t| page(t.trim_start()))
    })?;
    let mut head = raw.get(..colon)?.trim_end();
    let mut issue = None;
    if let Some(open) = head.strip_suffix(')').and_then(|h| h.rfind('(')) {
        issue = head.get(open + 1..head.len() - 1);
        head = head.get(..open)?.trim_end();
    }
    let at = head.rfind(|c: char| !c.is_ascii_digit())? + 1;
    let volume = head.get(at..).filter(|v| (1..=4).contains(&v.len()))?;
    let before = head.get(..at)?.trim_end();
    let tail = raw.get(colon + 1..)?.trim_start();
    let end = tail.find([',', ';', ' ']).unwrap_or(tail.len());
    let pages = tail.get(..end)?.trim_end_matches('.');
    if let Some(dated) = before.strip_suffix(';') {
        // The date stands between the name and the volume.
        let (from, year) = dated.char_indices().find_map(|(at, c)| {
            let run = dated.get(at..at + 4)?;
            let year = year(run).filter(|_| run.bytes().all(|b| b.is_ascii_digit()))?;
            c.is_ascii_digit().then_some((at, year))
        })?;
        return named(dated.get(..from)?, volume, issue, pages, Some(year));
    }
    let stated = year(tail.get(end..).unwrap_or_default());
    let parted = before.ends_with(['.', ',']);
    (parted && stated.is_some()).then(|| named(before, volume, issue, pages, stated))?
}

fn named<'a>(
    name: &'a str,
    volume: &'a str,
    issue: Option<&'a str>,
    pages: &'a str,
    year: Option<u16>,
) -> Option<Source<'a>> {
    let journal = name.trim().trim_end_matches(['.', ',', ';', ' ']);
    (journal.len() > 2).then_some(Source {
        journal,
        volume: Some(volume),
        issue,
        pages: Some(pages).filter(|p| !p.is_empty()),
        year,
    })
}

/// Whether a text begins with a page: `373`, `e12`, `S431`, `CD0`.
fn page(text: &str) -> bool {
    let digits = text.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    text.len() - digits.len() <= 2 && digits.starts_with(|c: char| c.is_ascii_digit())
}

/// `, vol. 12, no. 3, pp. 123-130, 2010` behind the name.
fn plain<'a>(raw: &'a str, lower: &str) -> Option<Source<'a>> {
    let at = lower.find(", vol")?;
    let after = |marks: &[&str]| -> Option<&'a str> {
        let found = marks.iter().find_map(|mark| {
            let from = lower.get(at..)?.find(mark)? + at + mark.len();
            Some(raw.get(from..)?.trim_start_matches(['.', ' ']))
        })?;
        let end = found.find([',', ' ', ';']).unwrap_or(found.len());
        let value = found.get(..end)?.trim_end_matches('.');
        value
            .contains(|c: char| c.is_ascii_digit())
            .then_some(value)
    };
    let pages = after(&[" pp.", " pp ", " p."])?;
    let volume = after(&[", volume", ", vol"])?;
    let behind = lower.find(" pp").or_else(|| lower.find(" p."))?;
    let stated = raw
        .get(behind..)?
        .split_once(',')
        .and_then(|(_, t)| year(t));
    named(
        raw.get(..at)?,
        volume,
        after(&[" no.", " issue"]),
        pages,
        stated,
    )
}
