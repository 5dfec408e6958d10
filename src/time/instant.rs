//! A point in time, in nanoseconds.

use std::fmt;
use std::ops::{Add, AddAssign, Sub, SubAssign};
use std::time::Duration;

/// A point in time of one clock, with a resolution of one nanosecond.
///
/// An instant belongs to the clock that it was read from: to the system's, which all schedulers
/// without virtual time share, or to the virtual clock of one scheduler, which starts at zero.
/// Comparing instants of different clocks says nothing.
///
/// Arithmetic saturates: an instant is at most about 584 years after its clock's start, and a
/// deadline beyond that is never reached.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// let mut scheduler = coweave::Scheduler::builder().virtual_time().build()?;
/// scheduler.run(async {
///     let start = coweave::Instant::now();
///     coweave::sleep(Duration::from_millis(20)).await;
///     assert_eq!(start.elapsed(), Duration::from_millis(20));
/// });
/// # Ok::<(), coweave::BuildError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant {
    nanos: u64,
}

impl Instant {
    /// Where a clock starts.
    pub(crate) const START: Self = Self { nanos: 0 };
    /// What no clock reaches, and no timer fires at; where arithmetic saturates.
    pub(crate) const NEVER: Self = Self { nanos: u64::MAX };

    #[inline(always)]
    pub(crate) const fn from_nanos(nanos: u64) -> Self {
        Self { nanos }
    }

    /// The time since the clock's start.
    #[inline(always)]
    pub(crate) const fn nanos(self) -> u64 {
        self.nanos
    }

    /// The time since `earlier`, or zero if `earlier` is later than `self`.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let start = coweave::Instant::now();
    /// let later = start + Duration::from_secs(2);
    /// assert_eq!(later.duration_since(start), Duration::from_secs(2));
    /// assert_eq!(start.duration_since(later), Duration::ZERO);
    /// ```
    #[must_use]
    pub const fn duration_since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.nanos.saturating_sub(earlier.nanos))
    }
}

impl Add<Duration> for Instant {
    type Output = Self;
    #[inline]
    fn add(self, duration: Duration) -> Self {
        let nanos = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        Self { nanos: self.nanos.saturating_add(nanos) }
    }
}

impl AddAssign<Duration> for Instant {
    fn add_assign(&mut self, duration: Duration) {
        *self = *self + duration;
    }
}

impl Sub<Duration> for Instant {
    type Output = Self;
    fn sub(self, duration: Duration) -> Self {
        let nanos = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        Self { nanos: self.nanos.saturating_sub(nanos) }
    }
}

impl SubAssign<Duration> for Instant {
    fn sub_assign(&mut self, duration: Duration) {
        *self = *self - duration;
    }
}

impl Sub for Instant {
    type Output = Duration;
    fn sub(self, earlier: Self) -> Duration {
        self.duration_since(earlier)
    }
}

/// Shows the time since the clock's start.
impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Instant({:?})", Duration::from_nanos(self.nanos))
    }
}
