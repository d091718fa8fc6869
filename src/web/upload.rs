//! Files of a form (RFC 7578), read with limits; what they are the core says.

use super::ask::Fields;
use super::problem::Problem;
use crate::model::attachment::LARGEST;
use crate::screen::attach::Offered;
use axum::body::Body;
use axum::http::{HeaderMap, header};
use multer::{Constraints, Multipart, SizeLimit};

/// Bytes of one form with its files.
const WHOLE: u64 = 2 * LARGEST;
/// Bytes of a field that is no file.
const FIELD: u64 = 100_000;
/// Fields and files of one form.
const PARTS: usize = 60;

/// The fields and the files of a form.
pub(super) async fn read(
    headers: &HeaderMap,
    body: Body,
) -> Result<(Fields, Vec<Offered>), Problem> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let boundary = multer::parse_boundary(kind)
        .map_err(|_| Problem::Bad("files come in a form (multipart/form-data)".to_owned()))?;
    let length = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse::<u64>().ok());
    if length.is_some_and(|n| n > WHOLE) {
        return Err(Problem::TooLarge);
    }
    // A byte more than a file may have is let in, so that the core refuses it by its name.
    let limits = SizeLimit::new()
        .whole_stream(WHOLE)
        .per_field(LARGEST + 1_000_000);
    let limits = Constraints::new().size_limit(limits);
    let mut form = Multipart::with_constraints(body.into_data_stream(), boundary, limits);
    let (mut fields, mut files) = (Vec::new(), Vec::new());
    while let Some(part) = form.next_field().await.map_err(|error| told(&error))? {
        if fields.len() + files.len() >= PARTS {
            return Err(Problem::TooLarge);
        }
        let field = part.name().unwrap_or_default().to_owned();
        let name = part.file_name().map(str::to_owned);
        let bytes = part.bytes().await.map_err(|error| told(&error))?;
        match name {
            // A file field that nobody filled has neither name nor bytes.
            Some(name) if name.is_empty() && bytes.is_empty() => {}
            Some(name) => files.push(Offered {
                name,
                bytes: bytes.to_vec(),
            }),
            None if bytes.len() as u64 > FIELD => return Err(Problem::TooLarge),
            None => {
                let text = String::from_utf8(bytes.to_vec())
                    .map_err(|_| Problem::Bad(format!("the field `{field}` is no text")))?;
                fields.push((field, text));
            }
        }
    }
    Ok((Fields(fields), files))
}

fn told(error: &multer::Error) -> Problem {
    match error {
        multer::Error::FieldSizeExceeded { .. } | multer::Error::StreamSizeExceeded { .. } => {
            Problem::TooLarge
        }
        other => Problem::Bad(format!("the form cannot be read: {other}")),
    }
}
