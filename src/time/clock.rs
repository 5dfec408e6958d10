//! What a source of time must say of itself.

use std::time::Duration;

/// A source of time that [`Builder::clock`](crate::Builder::clock) hands to a scheduler.
///
/// Every scheduler clamps what it reads: it never sees time go back, whatever the clock does. Two
/// schedulers that share a clock do not clamp each other; an instant that one of them sends to the
/// other is a plain value there, and a sleep until it ends when the receiver's clock has reached it.
///
/// # Examples
///
/// A clock that goes a thousand times as fast as the system's:
///
/// ```
/// use std::time::{Duration, Instant};
///
/// struct Fast(Instant);
///
/// impl coweave::Clock for Fast {
///     fn now(&self) -> Duration {
///         self.0.elapsed() * 1000
///     }
///
///     fn real_time_until(&self, deadline: Duration) -> Duration {
///         deadline.saturating_sub(self.now()) / 1000
///     }
/// }
///
/// let mut scheduler = coweave::Scheduler::builder().clock(Fast(Instant::now())).build()?;
/// let start = Instant::now();
/// scheduler.run(coweave::sleep(Duration::from_secs(10)));
/// assert!(start.elapsed() >= Duration::from_millis(9));
/// # Ok::<(), coweave::BuildError>(())
/// ```
pub trait Clock: Send + Sync + 'static {
    /// The time since this clock's start, which is the clock's own choice; at most about 584 years.
    ///
    /// It is read often, several times a sleep, and must not call into the scheduler.
    ///
    /// # Examples
    ///
    /// ```
    /// struct Stopped;
    ///
    /// impl coweave::Clock for Stopped {
    ///     fn now(&self) -> std::time::Duration {
    ///         std::time::Duration::ZERO
    ///     }
    /// }
    ///
    /// let mut scheduler = coweave::Scheduler::builder().clock(Stopped).build()?;
    /// let start = scheduler.now();
    /// assert_eq!(scheduler.run(async { coweave::Instant::now() }), start);
    /// # Ok::<(), coweave::BuildError>(())
    /// ```
    fn now(&self) -> Duration;

    /// How long a thread must sleep, by the system's clock, for this one to reach `deadline`.
    ///
    /// An estimate will do, for the worker looks again after that time: too short a one costs another
    /// look, too long a one makes a sleep end late. The default is for clocks that go about as fast as
    /// the system's. A clock that jumps is noticed at the next look; anything sent to the scheduler,
    /// such as a spawn through its [`SchedulerHandle`](crate::SchedulerHandle), makes it look at once.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::{Duration, Instant};
    ///
    /// struct Half(Instant);
    ///
    /// impl coweave::Clock for Half {
    ///     fn now(&self) -> Duration {
    ///         self.0.elapsed() / 2
    ///     }
    ///
    ///     fn real_time_until(&self, deadline: Duration) -> Duration {
    ///         deadline.saturating_sub(self.now()) * 2
    ///     }
    /// }
    /// # let clock = Half(Instant::now());
    /// # let mut scheduler = coweave::Scheduler::builder().clock(clock).build().unwrap();
    /// # scheduler.run(coweave::sleep(Duration::from_millis(1)));
    /// ```
    fn real_time_until(&self, deadline: Duration) -> Duration {
        deadline.saturating_sub(self.now())
    }
}
