//! The strategies of one review beside each other: what most of them search for and one does not.

use super::workspace;
use crate::strategy::{Finding, Platform, concepts};
use crate::workflow::{Access, Source};
use std::path::Path;

/// What the strategy in `file` lacks that most strategies of its review have.
///
/// Empty where `root` is not a valid workspace, its workflow does not name the file, or fewer than
/// three strategies can be compared: comparing is extra, never a reason to fail. `platform` is the
/// language that the file was said to be in, `shown` its name in the findings.
pub fn compare(root: &Path, file: &Path, platform: Platform, shown: &str) -> Vec<Finding> {
    let Ok((workflow, _, queries)) = workspace::load(root, false) else {
        return Vec::new();
    };
    let is_file = |path: &str| match (root.join(path).canonicalize(), file.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    };
    let mut own = None;
    let mut strategies: Vec<(&str, Platform, &str)> = Vec::new();
    for source in &workflow.sources {
        let text = source.query().and_then(|path| {
            let (_, bytes) = queries.iter().find(|(name, _)| name == path)?;
            Some((path, std::str::from_utf8(bytes).ok()?))
        });
        let Some((path, text)) = text else {
            continue;
        };
        if own.is_none() && is_file(path) {
            own = Some((source.name.as_str(), text));
            strategies.push((&source.name, platform, text));
        } else if let Some(platform) = platform_of(source) {
            strategies.push((&source.name, platform, text));
        }
    }
    let Some((name, text)) = own else {
        return Vec::new();
    };
    concepts::compare(&strategies)
        .iter()
        .filter(|difference| difference.source == name)
        .map(|difference| difference.finding(text, shown))
        .collect()
}

/// The language of a source's strategy, where its platform or name tells.
fn platform_of(source: &Source) -> Option<Platform> {
    match &source.access {
        Access::Eutils { .. } => Some(Platform::Pubmed),
        Access::Pages { .. } => None,
        Access::File { .. } => source
            .platform
            .as_deref()
            .and_then(Platform::of)
            .or_else(|| Platform::of(&source.name)),
    }
}
