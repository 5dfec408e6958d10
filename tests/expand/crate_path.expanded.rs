// `p` is `::coweave::__private`; paths into `core` are shortened.

fn renamed(n: u32) -> weave::Streaming<impl weave::StreamFrame<Item = u32>> {
    weave::__private::streaming::<
        u32,
        _,
    >(
        #[coroutine]
        #[inline(always)]
        static move |mut __cx: weave::__private::ResumeArg| -> () {
            #[allow(unused_imports)]
            use weave::__private::IntoLeaf as _;
            let _ = (&n,);
            {
                let __item: u32 = match weave::__private::Awaited(ready(n))
                    .__coweave_into_leaf()
                {
                    mut __leaf => {
                        loop {
                            static __SITE: weave::__private::Site = weave::__private::Site::new(
                                "renamed",
                                "source.rs",
                                3u32,
                                20u32,
                            );
                            match unsafe {
                                weave::__private::step(&mut __leaf, __cx, &__SITE)
                            } {
                                Ready(__output) => break __output,
                                Pending => {}
                            }
                            __cx = yield weave::__private::Step::Pending;
                            if let Some(__output) = unsafe {
                                weave::__private::resumed(&mut __leaf)
                            } {
                                break __output;
                            }
                        }
                    }
                };
                __cx = yield weave::__private::Step::Item(__item);
                ()
            };
        },
    )
}
