//! Gzip that cannot fill the memory: what it gives is counted against what it takes.
//!
//! Two megabytes can unpack to gigabytes. Exports, being text, pack to a twentieth of their size,
//! repetitive ones to a fiftieth; beyond [`RATIO`] and [`FREE`] it is no export.

use flate2::read::MultiGzDecoder;
use std::io::{self, Read};

/// What is unpacked whatever the ratio: 32 MiB.
const FREE: u64 = 32 << 20;
/// What a byte may give beyond that.
const RATIO: u64 = 100;

/// Counts what is taken from a reader.
#[derive(Debug)]
struct Counted<R> {
    inner: R,
    bytes: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, part: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(part)?;
        self.bytes += n as u64;
        Ok(n)
    }
}

/// The unpacked bytes of a gzip file.
#[derive(Debug)]
pub(in crate::formats) struct Unpacked<R: Read> {
    decoder: MultiGzDecoder<Counted<R>>,
    given: u64,
}

impl<R: Read> Unpacked<R> {
    pub(in crate::formats) fn new(inner: R) -> Self {
        Self {
            decoder: MultiGzDecoder::new(Counted { inner, bytes: 0 }),
            given: 0,
        }
    }
}

/// Whether an error says that gzip data give too much.
pub(in crate::formats) fn is_bomb(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::QuotaExceeded
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, part: &mut [u8]) -> io::Result<usize> {
        let n = self.decoder.read(part)?;
        self.given += n as u64;
        let taken = self.decoder.get_ref().bytes;
        if self.given > FREE && self.given > taken.saturating_mul(RATIO) {
            return Err(io::Error::new(
                io::ErrorKind::QuotaExceeded,
                format!(
                    "it unpacks to more than {RATIO} times its size, as no export does: unpack it \
                     yourself if it is one"
                ),
            ));
        }
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn what_unpacks_to_a_hundred_times_its_size_is_refused_and_the_rest_is_read() {
        let small = packed(&vec![b'a'; 1 << 20]);
        let mut out = Vec::new();
        Unpacked::new(small.as_slice())
            .read_to_end(&mut out)
            .unwrap();
        assert_eq!(out.len(), 1 << 20);
        let bomb = packed(&vec![b'a'; 64 << 20]);
        let mut out = Vec::new();
        let error = Unpacked::new(bomb.as_slice())
            .read_to_end(&mut out)
            .unwrap_err();
        assert!(is_bomb(&error) && out.len() <= 40 << 20, "{}", out.len());
    }
}
