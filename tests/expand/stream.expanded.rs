// `p` is `::coweave::__private`; paths into `core` are shortened.

fn ticks(
    every: Duration,
) -> ::coweave::Streaming<impl ::coweave::StreamFrame<Item = String>> {
    p::streaming::<
        String,
        _,
    >(
        #[coroutine]
        #[inline(always)]
        static move |mut __cx: p::ResumeArg| -> () {
            #[allow(unused_imports)]
            use p::IntoLeaf as _;
            let _ = (&every,);
            {
                match p::Awaited(sleep(every)).__coweave_into_leaf() {
                    mut __leaf => {
                        loop {
                            static __SITE: p::Site = p::Site::new(
                                "ticks",
                                "source.rs",
                                3u32,
                                18u32,
                            );
                            match unsafe {
                                p::step(&mut __leaf, __cx, &__SITE)
                            } {
                                Ready(__output) => break __output,
                                Pending => {}
                            }
                            __cx = yield p::Step::Pending;
                            if let Some(__output) = unsafe {
                                p::resumed(&mut __leaf)
                            } {
                                break __output;
                            }
                        }
                    }
                }
            };
            {
                let __item: String = format!(
                    "after {:?}", match p::Awaited(now())
                    .__coweave_into_leaf() { mut __leaf => loop { static __SITE :
                    p::Site = p::Site::new("ticks",
                    "source.rs", 4u32, 39u32); match unsafe {
                    p::step(& mut __leaf, __cx, & __SITE) } {
                    Ready(__output) => break __output,
                    Pending => {} } __cx = yield
                    p::Step::Pending; if let
                    Some(__output) = unsafe {
                    p::resumed(& mut __leaf) } { break __output; } } }
                );
                __cx = yield p::Step::Item(__item);
                ()
            };
            match ticks(every) {
                mut __source => {
                    loop {
                        static __SITE: p::Site = p::Site::new(
                            "ticks",
                            "source.rs",
                            5u32,
                            5u32,
                        );
                        match unsafe {
                            p::step_stream(
                                &mut __source,
                                __cx,
                                &__SITE,
                            )
                        } {
                            Ready(
                                Some(__item),
                            ) => {
                                let __item: String = __item;
                                __cx = yield p::Step::Item(__item);
                            }
                            Ready(None) => {
                                break;
                            }
                            Pending => {
                                __cx = yield p::Step::Pending;
                            }
                        }
                    }
                }
            };
        },
    )
}
