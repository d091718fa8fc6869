//! TEMPORARY
pub mod export;
#[cfg(test)]
mod fixture;
pub mod flow;
use crate::store::Reader;
use crate::store::StoreError;
use crate::workflow::Workflow;
use std::path::{Path, PathBuf};
#[derive(Debug)]
pub struct ReportInput<'a> {
    pub workflow: &'a Workflow,
    pub strategies: Vec<Strategy>,
    pub waiting: Vec<Waiting>,
    pub review: &'a str,
}
#[derive(Debug)]
pub struct Strategy {
    pub source: String,
    pub path: String,
    pub text: String,
}
#[derive(Debug)]
pub struct Waiting {
    pub who: String,
    pub what: Vec<(String, u64)>,
}
impl From<crate::screen::Work> for Waiting {
    fn from(w: crate::screen::Work) -> Self {
        Self {
            who: w.person,
            what: vec![],
        }
    }
}
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("cannot write {path}")]
    Write {
        path: PathBuf,
        source: std::io::Error,
    },
}
#[derive(Debug)]
pub struct Data {
    pub counts: crate::prisma::Counts,
}
pub fn gather(r: Reader<'_>, _i: &ReportInput<'_>) -> Result<Data, ReportError> {
    Ok(Data {
        counts: flow::counts(r)?,
    })
}
pub fn render(d: &Data) -> Result<Vec<(String, Vec<u8>)>, ReportError> {
    Ok(vec![(
        "prisma.json".into(),
        serde_json::to_vec_pretty(&d.counts).unwrap_or_default(),
    )])
}
#[derive(Debug)]
pub struct Written {
    pub changed: Vec<String>,
}
pub fn write(p: &Path, f: Vec<(String, Vec<u8>)>) -> Result<Written, ReportError> {
    let mut c = vec![];
    for (n, b) in f {
        let q = p.join(&n);
        if std::fs::read(&q).ok().as_deref() != Some(&b[..]) {
            crate::store::archive::write_durably(&q, &b).map_err(|source| ReportError::Write {
                path: q.clone(),
                source,
            })?;
            c.push(n);
        }
    }
    Ok(Written { changed: c })
}
