//! Judgements on the risk of bias that hold, by result, as a figure shows them.

use crate::extract::appraisal::settled;
use crate::plot::{Page, Rob, RobDomain, RobStudy};
use crate::store::{Reader, StoreError};
use crate::workflow::Workflow;

/// The traffic light of every result that is assessed; results of which no assessment is settled are
/// not there.
pub(super) fn lights(reader: Reader<'_>, workflow: &Workflow) -> Result<Vec<Rob>, StoreError> {
    let mut out: Vec<Rob> = Vec::new();
    for one in settled(reader, workflow)? {
        let title = one.result(workflow);
        let place = out.iter().position(|rob| rob.title == title);
        if place.is_none() {
            let domains = one.domains.iter().map(|(short, name, _)| RobDomain {
                short: (*short).to_owned(),
                name: (*name).to_owned(),
            });
            out.push(Rob {
                name: format!("bias-{}", out.len() + 1),
                title,
                page: Page::Panel,
                tool: Some("RoB 2".to_owned()),
                domains: domains.collect(),
                ..Rob::default()
            });
        }
        let place = place.unwrap_or(out.len().saturating_sub(1));
        if let Some(rob) = out.get_mut(place) {
            rob.studies.push(RobStudy {
                label: one.study,
                domains: one.domains.into_iter().map(|(.., judged)| judged).collect(),
                overall: Some(one.overall),
                weight: None,
            });
        }
    }
    Ok(out)
}
