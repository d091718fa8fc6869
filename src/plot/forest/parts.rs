//! A forest plot of many studies, broken into pages of one height.
//!
//! Every page has the columns and the axis of the whole, so that they can be laid side by side;
//! heads are repeated, a subgroup that goes on says so, and what sums up stands on the last page.

use super::{Forest, ForestGroup, ForestRow, part};
use crate::plot::PlotError;

/// The highest page, in points: what A4 leaves between its margins.
const HIGHEST: f64 = 700.0;

/// Draws a forest plot on as many pages as it needs, one where it fits.
///
/// ```
/// use perennial::plot::{Forest, ForestGroup, ForestRow, forest_pages};
///
/// let row = ForestRow { label: "A trial".into(), effect: Some((0.5, 0.4, 0.7)), ..ForestRow::default() };
/// let of = |n| Forest {
///     groups: vec![ForestGroup { rows: vec![row.clone(); n], ..ForestGroup::default() }],
///     ..Forest::default()
/// };
/// assert_eq!(forest_pages(&of(8))?.len(), 1);
/// assert!(forest_pages(&of(200))?.len() > 3);
/// # Ok::<(), perennial::plot::PlotError>(())
/// ```
pub fn forest_pages(plot: &Forest) -> Result<Vec<String>, PlotError> {
    let (svg, height) = part(plot, plot)?;
    let rows = plot.rows().count();
    if height <= HIGHEST || rows < 2 {
        return Ok(vec![svg]);
    }
    for pages in 2..=rows {
        let mut drawn = Vec::new();
        let mut fits = true;
        for piece in broken(plot, rows.div_ceil(pages)) {
            let (svg, height) = part(&piece, plot)?;
            fits &= height <= HIGHEST;
            drawn.push(svg);
        }
        if fits || pages == rows {
            return Ok(drawn);
        }
    }
    Ok(vec![svg])
}

/// The parts of a plot, `most` studies on each.
fn broken(plot: &Forest, most: usize) -> Vec<Forest> {
    let mut pages: Vec<Vec<ForestGroup>> = vec![Vec::new()];
    let mut room = most;
    for group in &plot.groups {
        let mut rest: &[ForestRow] = &group.rows;
        let mut begun = false;
        loop {
            if room == 0 {
                pages.push(Vec::new());
                room = most;
            }
            let (here, later) = rest.split_at(rest.len().min(room));
            room -= here.len();
            let label = match (&group.label, begun) {
                (Some(label), true) => Some(format!("{label} (continued)")),
                (label, _) => label.clone(),
            };
            let subtotal = group.subtotal.clone().filter(|_| later.is_empty());
            if let Some(page) = pages.last_mut() {
                page.push(ForestGroup {
                    label,
                    rows: here.to_vec(),
                    subtotal,
                });
            }
            if later.is_empty() {
                break;
            }
            (rest, begun) = (later, true);
        }
    }
    let of = pages.len();
    let last = of.saturating_sub(1);
    pages
        .into_iter()
        .enumerate()
        .map(|(at, groups)| {
            let mut page = Forest {
                name: format!("{}-{}", plot.name, at + 1),
                title: format!("{} ({} of {of})", plot.title, at + 1),
                groups,
                ..plot.clone()
            };
            if at < last {
                (page.overall, page.prediction) = (None, None);
                (page.notes, page.method) = (Vec::new(), Vec::new());
            }
            page
        })
        .collect()
}
