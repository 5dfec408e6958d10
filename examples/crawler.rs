//! A crawler: it follows the links of a site that is made up, page by page, with at most so many
//! fetches at a time, each page once, and no patience with slow ones.
//!
//! ```text
//!   20 ms: page  0 links to [1, 2]
//!  210 ms: page  1 links to [3, 4]
//!  240 ms: page  3 links to [7, 8]
//!  380 ms: page  2 links to [5, 6]
//!  410 ms: page  4 links to [9, 10]
//!  450 ms: page  7 links to [15]
//!  490 ms: page  6 links to [13, 14]
//!  540 ms: page  9 links to []
//!  755 ms: page  8 is too slow
//!  760 ms: page 10 links to []
//!  780 ms: page  5 links to [11, 12]
//!  825 ms: page 15 links to []
//!  990 ms: page 13 links to []
//! 1050 ms: page 12 links to []
//! 1155 ms: page 14 is too slow
//! 1200 ms: page 11 is too slow
//! 16 pages, at most 3 at a time
//! ```
//!
//! Run: --pages 16 --at-a-time 3
#![feature(coroutines)]

use std::cell::Cell;
use std::collections::{HashSet, VecDeque};
use std::num::NonZeroUsize;
use std::rc::Rc;
use std::time::Duration;

use coweave::{Elapsed, Instant, Scheduler, TaskGroup, sleep, timeout};
use lexopt::prelude::*;

const USAGE: &str = "\
Usage: crawler [--pages N] [--at-a-time N]

  --pages N       how many pages the site has (16)
  --at-a-time N   how many of them are fetched at a time, at most (3)";

/// How long to wait for a page.
const PATIENCE: Duration = Duration::from_millis(375);

fn options() -> Result<(usize, usize), lexopt::Error> {
    let (mut pages, mut at_a_time) = (16, 3);
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("pages") => pages = arguments.value()?.parse::<NonZeroUsize>()?.get(),
            Long("at-a-time") => at_a_time = arguments.value()?.parse::<NonZeroUsize>()?.get(),
            Short('h') | Long("help") => {
                println!("{USAGE}");
                std::process::exit(0);
            }
            Short(_) | Long(_) | Value(_) => return Err(argument.unexpected()),
        }
    }
    Ok((pages, at_a_time))
}

/// A site, and how busy it is.
struct Site {
    pages: usize,
    open: Cell<usize>,
    most_open: Cell<usize>,
}

impl Site {
    /// Answers with the links of a page; some pages take their time.
    #[coweave::coroutine]
    fn get(&self, page: usize) -> Vec<usize> {
        sleep(Duration::from_millis(20 + page as u64 * 170 % 500)).await;
        vec![(2 * page + 1) % self.pages, (2 * page + 2) % self.pages, page / 2]
    }
}

/// A page and its links, unless it takes too long.
#[coweave::coroutine]
fn fetch(site: Rc<Site>, page: usize) -> (usize, Result<Vec<usize>, Elapsed>) {
    site.open.update(|open| open + 1);
    site.most_open.update(|most| most.max(site.open.get()));
    let links = timeout(PATIENCE, site.get(page)).await;
    site.open.update(|open| open - 1);
    (page, links)
}

#[coweave::coroutine]
fn crawl(site: Rc<Site>, at_a_time: usize) {
    let start = Instant::now();
    let fetches = TaskGroup::bounded(at_a_time);
    let (mut seen, mut to_fetch) = (HashSet::from([0]), VecDeque::from([0]));
    loop {
        while !fetches.is_full()
            && let Some(page) = to_fetch.pop_front()
        {
            fetches.spawn_local(fetch(site.clone(), page)).await;
        }
        let Some((_, fetched)) = fetches.join_next().await else { break };
        match fetched.expect("no fetch panics") {
            (page, Ok(links)) => {
                let new: Vec<_> = links.into_iter().filter(|link| seen.insert(*link)).collect();
                println!("{:>4} ms: page {page:>2} links to {new:?}", start.elapsed().as_millis());
                to_fetch.extend(new);
            }
            (page, Err(_)) => {
                println!("{:>4} ms: page {page:>2} is too slow", start.elapsed().as_millis())
            }
        }
    }
    assert!(site.most_open.get() <= at_a_time);
    println!("{} pages, at most {} at a time", seen.len(), site.most_open.get());
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (pages, at_a_time) = options().inspect_err(|_| eprintln!("{USAGE}\n"))?;
    let site = Rc::new(Site { pages, open: Cell::new(0), most_open: Cell::new(0) });
    Scheduler::builder().virtual_time().build()?.run(crawl(site, at_a_time));
    Ok(())
}
