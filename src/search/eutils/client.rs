//! Requests to E-utilities: tool, e-mail and key in the body of each.

use super::EutilsError;
use super::answer::classify;
use crate::search::http::{Fault, connect};
use reqwest::Url;

pub use crate::search::http::Session;

/// The client of one source.
#[derive(Debug)]
pub struct Client<'a> {
    session: &'a mut Session,
    http: reqwest::Client,
    base: Url,
    tool: String,
}

impl<'a> Client<'a> {
    /// A client for the service at `base`, which calls itself `tool`.
    pub fn new(session: &'a mut Session, base: &str, tool: &str) -> Result<Self, EutilsError> {
        let (http, base) = connect(
            session,
            base,
            "requests to NCBI hold the e-mail and the key",
        )?;
        let host = base.host_str().unwrap_or_default().to_owned();
        if !session.contact.may_go_to(&host) {
            return Err(EutilsError::Address {
                address: base.to_string(),
                reason: format!(
                    "e-mail and key go to NCBI's hosts alone; where {host} may have them, let \
                     PERENNIAL_NCBI_HOST hold its name"
                ),
            });
        }
        Ok(Self {
            session,
            http,
            base,
            tool: tool.to_owned(),
        })
    }

    /// Requests sent in this session.
    pub fn requests(&self) -> u64 {
        self.session.requests
    }

    /// Sends one request until `read` takes its answer.
    pub(super) fn ask<T>(
        &mut self,
        utility: &str,
        doing: &str,
        parameters: &[(&str, &str)],
        read: impl FnMut(&[u8], u32) -> Result<T, Fault>,
    ) -> Result<(T, Vec<u8>), EutilsError> {
        let Self {
            session,
            http,
            base,
            tool,
        } = self;
        let once = |session: &mut Session| {
            let url = base
                .join(utility)
                .map_err(|error| Fault::again(error.to_string()))?;
            let contact = &session.contact;
            let mut form: Vec<(&str, &str)> = vec![("db", "pubmed"), ("tool", tool)];
            form.push(("email", contact.email.expose()));
            if let Some(key) = &contact.key {
                form.push(("api_key", key.expose()));
            }
            form.extend_from_slice(parameters);
            let request = http.post(url).form(&form);
            session.send(request, classify)
        };
        session.persist(doing, once, read)
    }
}
