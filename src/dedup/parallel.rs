//! One function applied to the parts of a list on all cores; the result is in the list's order,
//! so the number of threads changes nothing but the time.

use std::thread;

/// Below this many items a thread costs more than it saves.
const FEW: usize = 4_000;

/// Applies `work` to consecutive parts of `items` and joins the results in order.
pub(super) fn chunks<T: Sync, R: Send>(
    items: &[T],
    work: impl Fn(&[T]) -> Vec<R> + Sync,
) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, |n| n.get().min(8));
    if items.len() < FEW {
        return work(items);
    }
    on(threads, items, work)
}

/// The same on so many threads.
fn on<T: Sync, R: Send>(
    threads: usize,
    items: &[T],
    work: impl Fn(&[T]) -> Vec<R> + Sync,
) -> Vec<R> {
    if threads < 2 {
        return work(items);
    }
    let part = items.len().div_ceil(threads);
    thread::scope(|scope| {
        let work = &work;
        let running: Vec<_> = items
            .chunks(part)
            .map(|chunk| (chunk, scope.spawn(move || work(chunk))))
            .collect();
        let mut out: Vec<R> = Vec::new();
        for (chunk, thread) in running {
            // A thread that could not finish is done again here, where its panic is seen.
            let mut part = thread.join().unwrap_or_else(|_| work(chunk));
            if out.is_empty() {
                out = part;
            } else {
                out.append(&mut part);
            }
        }
        out
    })
}

/// Sorts on two cores: equal items are the same, so that the threads change nothing.
pub(super) fn sort<T: Ord + Send>(items: &mut [T]) {
    let threads = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    if items.len() < 16 * FEW || threads < 2 {
        items.sort_unstable();
        return;
    }
    let (low, _, high) = items.select_nth_unstable(items.len() / 2);
    thread::scope(|scope| {
        scope.spawn(|| low.sort_unstable());
        high.sort_unstable();
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_threads_sort_as_one() {
        let mut items: Vec<u64> = (0..200_000)
            .map(|n: u64| n.wrapping_mul(0x9e37_79b9) % 65_521)
            .collect();
        let mut plain = items.clone();
        plain.sort_unstable();
        sort(&mut items);
        assert_eq!(items, plain);
    }

    #[test]
    fn the_order_is_that_of_the_list_on_any_number_of_threads() {
        let items: Vec<u32> = (0..10_000).collect();
        let double = |part: &[u32]| part.iter().map(|n| n * 2).collect::<Vec<u32>>();
        let doubled = double(&items);
        assert_eq!(chunks(&items, double), doubled);
        for threads in [1, 2, 3, 7, 64] {
            assert_eq!(on(threads, &items, double), doubled, "{threads} threads");
        }
    }
}
