//! Jobs: independent runs on all processors, with their results in order.

use crate::Error;
use std::num::NonZero;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// The results of `job(0)` to `job(count - 1)`, in this order; each run is in one thread, so that its bits do not depend on how many there are.
pub(crate) fn results<T: Send>(
    count: usize,
    job: impl Fn(usize) -> Result<T, Error> + Sync,
) -> Result<Vec<T>, Error> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(count));
    thread::scope(|scope| {
        for _ in 0..threads.min(count) {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        break;
                    }
                    let result = job(number);
                    let mut done = done.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
                    done.push((number, result));
                }
            });
        }
    });
    let mut done = done
        .into_inner()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Results are in the order of their numbers, and an error ends them all.
    #[test]
    fn in_order() -> Result<(), Error> {
        let squares = results(100, |number| Ok(number * number))?;
        assert!(
            squares
                .iter()
                .enumerate()
                .all(|(number, square)| number * number == *square)
        );
        let failing = results(4, |number| match number {
            2 => Err(Error::Data { line: 7 }),
            _ => Ok(()),
        });
        assert!(matches!(failing, Err(Error::Data { line: 7 })));
        Ok(())
    }
}
