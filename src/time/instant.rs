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
/// deadline beyond that is never reached. The `checked_` operations tell.
///
/// # The standard library's instants
/// There is no conversion from or to `std::time::Instant`, because none is exact: a virtual clock has
/// nothing to do with the system's, and without virtual time the instants are read from the
/// processor's counter, whose rate differs from the operating system's by parts in a million, so that
/// what was converted would drift, and a sleep might end early. Where that does not matter, measure a
/// distance on one clock and use it on the other:
///
/// ```
/// let theirs = std::time::Instant::now() + std::time::Duration::from_millis(5);
/// let ours = coweave::Instant::now() + theirs.saturating_duration_since(std::time::Instant::now());
/// # assert!(ours <= coweave::Instant::now() + std::time::Duration::from_millis(5));
/// ```
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

    /// As [`duration_since`](Self::duration_since), under the name that it has in the standard
    /// library.
    ///
    /// # Examples
    ///
    /// ```
    /// let start = coweave::Instant::now();
    /// assert_eq!(start.saturating_duration_since(start), std::time::Duration::ZERO);
    /// ```
    #[must_use]
    pub const fn saturating_duration_since(self, earlier: Self) -> Duration {
        self.duration_since(earlier)
    }

    /// The time since `earlier`; `None` if `earlier` is later than `self`.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let start = coweave::Instant::now();
    /// let later = start + Duration::from_secs(2);
    /// assert_eq!(later.checked_duration_since(start), Some(Duration::from_secs(2)));
    /// assert_eq!(start.checked_duration_since(later), None);
    /// ```
    #[must_use]
    pub fn checked_duration_since(self, earlier: Self) -> Option<Duration> {
        self.nanos.checked_sub(earlier.nanos).map(Duration::from_nanos)
    }

    /// The instant `duration` later; `None` where `+` would saturate.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let start = coweave::Instant::now();
    /// assert_eq!(start.checked_add(Duration::from_secs(1)), Some(start + Duration::from_secs(1)));
    /// assert_eq!(start.checked_add(Duration::MAX), None);
    /// ```
    #[must_use]
    pub fn checked_add(self, duration: Duration) -> Option<Self> {
        let nanos = u64::try_from(duration.as_nanos()).ok()?;
        Some(Self { nanos: self.nanos.checked_add(nanos)? })
    }

    /// The instant `duration` earlier; `None` before the clock's start, where `-` would saturate.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let start = coweave::Instant::now();
    /// let later = start + Duration::from_secs(1);
    /// assert_eq!(later.checked_sub(Duration::from_secs(1)), Some(start));
    /// assert_eq!(later.checked_sub(Duration::MAX), None);
    /// ```
    #[must_use]
    pub fn checked_sub(self, duration: Duration) -> Option<Self> {
        let nanos = u64::try_from(duration.as_nanos()).ok()?;
        Some(Self { nanos: self.nanos.checked_sub(nanos)? })
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
