"""How counters and histograms are shown."""

from lab.agent.monitoring.series import BUCKETS, Series


def test_a_counter_is_one_line_for_each_set_of_labels():
    series = Series()
    for code in ("200", "503", "200"):
        series.count("requests_total", {"code": code})

    assert (
        series.text() == '# TYPE requests_total counter\nrequests_total{code="200"} 2\nrequests_total{code="503"} 1\n'
    )


def test_a_histogram_counts_what_is_not_above_each_bound():
    series = Series()
    for value in (1, 1.5, 99999999):
        series.observe("duration", {"code": "200"}, value)

    lines = series.text().splitlines()
    buckets = [line.rpartition(" ")[2] for line in lines if "_bucket" in line]
    assert buckets == ["0", "1", *["2"] * (len(BUCKETS) - 2), "3"], "a bound belongs to its bucket (`le`)"
    assert lines[0] == "# TYPE duration histogram"
    assert lines[-2:] == ['duration_sum{code="200"} 1e+08', 'duration_count{code="200"} 3']


def test_the_bounds_are_those_that_quantiles_of_istio_rest_on():
    series = Series()
    series.observe("duration", {}, 1)
    assert 'duration_bucket{le="1000"} 1' in series.text()
    assert 'duration_bucket{le="+Inf"} 1' in series.text()


def test_what_would_end_a_label_is_escaped():
    series = Series()
    series.count("requests_total", {"host": 'a"b\\c\nd'})
    assert series.text().splitlines()[1] == 'requests_total{host="a\\"b\\\\c\\nd"} 1', "Prometheus refuses it otherwise"
