//! The living overlay of an analysis in words: advisory, beside the conventional result and never
//! instead of it.

use crate::extract::analyses::Made;
use crate::ledger::Body;
use crate::plot::words;
use crate::pool::Scale;
use crate::pool::living::{Living, Looks, WORTH_FINDING, living};
use crate::store::{Reader, StoreError};
use std::collections::BTreeMap;

/// The power at which it would be found.
const POWER: f64 = 0.9;

/// How often each analysis was made of other data or by another specification, by name.
pub fn counted(reader: Reader<'_>) -> Result<BTreeMap<String, u32>, StoreError> {
    let mut out = BTreeMap::new();
    for event in reader.events_of("analysis_specified")? {
        if let Body::AnalysisSpecified { analysis, .. } = event.body()? {
            *out.entry(analysis).or_default() += 1;
        }
    }
    Ok(out)
}

/// The overlay; nothing for a measure that is not a ratio, as no effect worth finding is declared
/// for it.
pub fn overlay(made: &Made, looks: u32) -> Option<Living> {
    let (pooled, spec) = (made.pooled.as_ref().ok()?, made.spec.as_ref()?);
    if pooled.scale != Scale::Log {
        return None;
    }
    let asked = Looks {
        looks: looks.max(1),
        effect: WORTH_FINDING,
        level: spec.level,
        power: POWER,
    };
    living(pooled, &asked)
}

/// What the report says of it.
pub fn words(made: &Made, looks: u32) -> Option<String> {
    let found = overlay(made, looks)?;
    let measure = made.spec.as_ref()?.measure;
    let back = |value| measure.back(value, None).unwrap_or(value);
    let ratio = measure.scale() == crate::pool::Scale::Log;
    let ends = found.ci.map(back);
    let [lo, hi] = words::Digits::of(ratio, &[[ends[0], ends[0], ends[1]]]).ends(ends);
    Some(format!(
        "Look {}: these data were pooled {}. An interval that holds at every look at once (normal \
         mixture, spread ln 0.8) is {} to {}; the e-value against no effect is {}. The \
         information at hand is {}% of what a relative change of 20% needs at {}% power; \
         diversity is {}%. The Cochrane Handbook (22.4.2) advises against sequential methods for \
         the main analysis: this stands beside the result and changes nothing of it.",
        found.looks,
        crate::model::many(u64::from(found.looks), "time", "times"),
        lo,
        hi,
        size(found.e_value),
        words::fixed(100.0 * found.fraction, 0),
        words::fixed(100.0 * POWER, 0),
        words::fixed(found.diversity, 0),
    ))
}

/// An e-value: two significant places, a power of ten where it is large.
fn size(value: f64) -> String {
    if value < 1_000.0 {
        words::fixed(value, 2)
    } else {
        format!("{value:.1e}").replace('e', " × 10^")
    }
}
