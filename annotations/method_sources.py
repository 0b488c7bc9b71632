"""The citations of the methods page, by note. Where a rule is Concord's own, that is said."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

OWN = gettext_lazy("Concord’s own rule")
COHEN_1968 = "Cohen 1968, Weighted kappa, Psychological Bulletin 70"
COCHRAN = "Cochran 1977, Sampling Techniques, 3rd ed."
CLOPPER = "Clopper & Pearson 1934, The use of confidence or fiducial limits, Biometrika 26"
DESIGN = "Särndal, Swensson & Wretman 1992, Model Assisted Survey Sampling"
GWET_BOOK = "Gwet 2014, Handbook of Inter-Rater Reliability, 4th ed."
HOLM = "Holm 1979, A simple sequentially rejective multiple test procedure, Scand. J. Statistics 6"
RIJSBERGEN = "van Rijsbergen 1979, Information Retrieval, 2nd ed."
KULLBACK = "Kullback & Leibler 1951, On information and sufficiency, Ann. Math. Statistics 22 (the index)"
LIANG_ZEGER = "Liang & Zeger 1986, Longitudinal data analysis using generalized linear models, Biometrika 73"
RAGAS = "Es et al. 2024, RAGAS: automated evaluation of retrieval augmented generation, EACL"
WELCH = "Welch 1947, The generalization of Student’s problem, Biometrika 34"
WILSON = "Wilson 1927, Probable inference, JASA 22"
ROUGE = "Lin 2004, ROUGE: a package for automatic evaluation of summaries"

SOURCES: dict[str, tuple[str, ...]] = {
    "alpha": (
        "Krippendorff 2011, Computing Krippendorff’s Alpha-Reliability",
        "Hughes 2022, arXiv 2210.13265 (jackknife interval)",
    ),
    "percent-agreement": (GWET_BOOK,),
    "ac": (
        "Gwet 2008, Computing inter-rater reliability, Brit. J. Math. Stat. Psychology 61",
        GWET_BOOK,
    ),
    "fleiss-kappa": (
        "Fleiss 1971, Measuring nominal scale agreement, Psychological Bulletin 76",
        GWET_BOOK,
    ),
    "conger-kappa": (
        "Conger 1980, Integration and generalization of kappas, Psychological Bulletin 88",
    ),
    "brennan-prediger": (
        "Brennan & Prediger 1981, Coefficient kappa, Educ. Psych. Measurement 41",
    ),
    "cohen-kappa": (
        "Cohen 1960, A coefficient of agreement for nominal scales, Educ. Psych. Measurement 20",
        COHEN_1968,
        "Fleiss & Cohen 1973, The equivalence of weighted kappa and the intraclass correlation",
    ),
    "icc": (
        "Shrout & Fleiss 1979, Intraclass correlations, Psychological Bulletin 86",
        "McGraw & Wong 1996, Forming inferences about some intraclass correlations",
        "Henderson 1953, Estimation of variance and covariance components, Biometrics 9",
    ),
    "sem": ("McGraw & Wong 1996, Forming inferences about some intraclass correlations",),
    "kendall-w": (
        "Kendall & Babington Smith 1939, The problem of m rankings, Ann. Math. Statistics 10",
    ),
    "without-a-rater": ("Krippendorff 2011, Computing Krippendorff’s Alpha-Reliability",),
    "severity": ("Searle, Casella & McCulloch 1992, Variance Components, ch. 6–7",),
    "unsteadiness": ("Grubbs 1948, On estimating precision of measuring instruments, JASA 43",),
    "spread": (OWN,),
    "halo": (OWN,),
    "drift": (
        "Roberts 1959, Control chart tests based on geometric moving averages, Technometrics 1",
        "Montgomery 2013, Introduction to Statistical Quality Control, ch. 6.4",
        "Fisher 1935, The Design of Experiments, §21",
    ),
    "group-bias": (
        "Welch 1947, The generalization of Student’s problem, Biometrika 34",
        HOLM,
    ),
    "dawid-skene": (
        "Dawid & Skene 1979, Maximum likelihood estimation of observer error-rates, Applied Statistics 28",
    ),
    "composite": (OWN,),
    "mark-of-record": (OWN,),
    "best-estimate": (
        "Efron & Morris 1975, Data analysis using Stein’s estimator, JASA 70",
        "Fay & Herriot 1979, Estimates of income for small places, JASA 74",
    ),
    "inclusion": (
        "Ohlsson 1995, Coordination of samples using permanent random numbers",
        "Neyman 1934, On the two different aspects of the representative method",
        f"{DESIGN}, ch. 3.6 and 5.6",
    ),
    "audit": ("Brewer, Early & Hanif 1984, Poisson, modified Poisson and collocated sampling",),
    "efficiency": ("John & Williams 1995, Cyclic and Computer Generated Designs, ch. 2",),
    "power": (f"{COCHRAN}, ch. 2",),
    "estimate": (COCHRAN, f"{DESIGN}, ch. 5.6"),
    "speaks-for": (
        "Cameron, Gelbach & Miller 2011, Robust inference with multiway clustering, JBES 29",
        "Graybill & Wang 1980, Confidence intervals on nonnegative linear combinations of variances, JASA 75",
    ),
    "regression": (
        f"{COCHRAN}, ch. 7",
        f"{DESIGN}, ch. 6",
        "MacKinnon & White 1985, Some heteroskedasticity-consistent estimators, J. Econometrics 29",
    ),
    "ridge": (
        "Zrnic & Candès 2024, Cross-prediction-powered inference, PNAS 121",
        "Golub, Heath & Wahba 1979, Generalized cross-validation, Technometrics 21",
        "Breidt & Opsomer 2017, Model-assisted survey estimation, Statistical Science 32",
    ),
    "ppi": (
        "Angelopoulos et al. 2023, Prediction-powered inference, Science 382",
        "Angelopoulos, Duchi & Zrnic 2023, PPI++, arXiv 2311.01453",
    ),
    "worth": (f"{COCHRAN}, ch. 7",),
    "rates": (
        "Wilson 1927, Probable inference, JASA 22",
        "Korn & Graubard 1998, Confidence intervals for proportions, Survey Methodology 24",
        "Agresti & Coull 1998, Approximate is better than “exact”, American Statistician 52",
        CLOPPER,
    ),
    "gate": (OWN,),
    "floor": ("Krippendorff 2004, Content Analysis, 2nd ed., ch. 11",),
    "threshold": (OWN,),
    "undecided": (f"{COCHRAN}, ch. 4", OWN),
    "stopping": (
        "O’Brien & Fleming 1979, A multiple testing procedure for clinical trials, Biometrics 35",
        "Pocock 1977, Group sequential methods, Biometrika 64",
        "Jennison & Turnbull 2000, Group Sequential Methods, ch. 2 and 19",
        "Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas 2024, Time-uniform central limit theory, Ann. Statistics 52",
    ),
    "comparison": (
        "Fisher 1935, The Design of Experiments, §21",
        "Phipson & Smyth 2010, Permutation p-values should never be zero",
    ),
    "holm": (HOLM,),
    "exam-guarantee": (
        CLOPPER,
        "Brown, Cai & DasGupta 2001, Interval estimation for a binomial proportion",
    ),
    "non-inferiority": (
        "Piaggio et al. 2012, Reporting of noninferiority and equivalence trials, JAMA 308",
        "Efron & Tibshirani 1993, An Introduction to the Bootstrap",
    ),
    "alternative-annotator": (
        "Calderon, Reichart & Dror 2025, The alternative annotator test, arXiv 2501.10970",
        "Benjamini & Yekutieli 2001, The control of the false discovery rate, Ann. Statistics 29",
    ),
    "mcnemar": ("McNemar 1947, Note on the sampling error of the difference, Psychometrika 12",),
    "selective": (
        "Angelopoulos, Bates, Candès, Jordan & Lei 2021, Learn then Test, arXiv 2110.01052",
    ),
    "audit-agreement": (
        f"{DESIGN}, ch. 5.7",
        "Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas 2024, Time-uniform central limit theory, Ann. Statistics 52",
        COHEN_1968,
    ),
    "input-drift": (
        KULLBACK,
        "Yurdakul & Naranjo 2020, Statistical properties of the population stability index, J. Risk Model Validation 14",
        "Barnard 1963, Monte Carlo tests, J. Royal Statistical Society B 25",
    ),
    "confidence-drift": (KULLBACK, "Fisher 1935, The Design of Experiments, §21"),
    "person-share": (OWN,),
    "metric-accuracy": (RIJSBERGEN,),
    "metric-precision": (RIJSBERGEN,),
    "metric-recall": (RIJSBERGEN,),
    "metric-f1": (RIJSBERGEN, "scikit-learn’s averages"),
    "metric-confusion_matrix": ("Pearson 1904, On the theory of contingency",),
    "metric-qwk": (COHEN_1968,),
    "metric-mae": (
        "Willmott & Matsuura 2005, Advantages of the mean absolute error, Climate Research 30",
    ),
    "metric-rmse": (
        "Willmott & Matsuura 2005, Advantages of the mean absolute error, Climate Research 30",
    ),
    "metric-bleu": (
        "Papineni et al. 2002, BLEU: a method for automatic evaluation of machine translation",
        "Post 2018, A call for clarity in reporting BLEU scores (sacrebleu)",
    ),
    "metric-rouge1": (ROUGE,),
    "metric-rouge2": (ROUGE,),
    "metric-rougeL": (ROUGE,),
    "metric-chrf": ("Popović 2015, chrF: character n-gram F-score, WMT",),
    "metric-exact_match": ("Rajpurkar et al. 2016, SQuAD, EMNLP",),
    "metric-edit_distance": (
        "Levenshtein 1966, Binary codes capable of correcting deletions, insertions, and reversals",
        "Myers 1999, A fast bit-vector algorithm for approximate string matching, JACM 46",
    ),
    "metric-mcc": (
        "Matthews 1975, Comparison of the predicted and observed secondary structure, BBA 405",
        "Gorodkin 2004, Comparing two K-category assignments, Comput. Biol. Chem. 28",
    ),
    "metric-sensitivity": (
        "Yerushalmy 1947, Statistical problems in assessing methods of medical diagnosis, Public Health Rep. 62",
    ),
    "metric-specificity": (
        "Yerushalmy 1947, Statistical problems in assessing methods of medical diagnosis, Public Health Rep. 62",
    ),
    "metric-roc_auc": (
        "Hanley & McNeil 1982, The meaning and use of the area under a ROC curve, Radiology 143",
    ),
    "metric-adjacent": (
        "Brown, Glasswell & Harland 2004, Accuracy in the scoring of writing, Assessing Writing 9",
    ),
    "metric-mse": ("Gauss 1823, Theoria combinationis observationum",),
    "metric-r2": ("Wright 1921, Correlation and causation, J. Agricultural Research 20",),
    "metric-pearson": ("Pearson 1895, Note on regression and inheritance, Proc. Royal Society 58",),
    "metric-spearman": (
        "Spearman 1904, The proof and measurement of association between two things, Am. J. Psychology 15",
    ),
    "metric-kendall": ("Kendall 1945, The treatment of ties in ranking problems, Biometrika 33",),
    "metric-meteor": (
        "Banerjee & Lavie 2005, METEOR: an automatic metric for MT evaluation, ACL workshop",
    ),
    "metric-distinct": (
        "Li et al. 2016, A diversity-promoting objective function for neural conversation models, NAACL",
    ),
    "metric-jaccard": (
        "Jaccard 1912, The distribution of the flora in the alpine zone, New Phytologist 11",
    ),
    "metric-hamming_loss": (
        "Schapire & Singer 1999, Improved boosting using confidence-rated predictions, Machine Learning 37",
    ),
    "metric-ndcg": (
        "Järvelin & Kekäläinen 2002, Cumulated gain-based evaluation of IR techniques, ACM TOIS 20",
    ),
    "metric-mean_average_precision": (
        "Buckley & Voorhees 2000, Evaluating evaluation measure stability, SIGIR",
    ),
    "metric-mrr": ("Voorhees 1999, The TREC-8 question answering track report",),
    "metric-precision_at_k": (
        "Manning, Raghavan & Schütze 2008, Introduction to Information Retrieval, ch. 8",
    ),
    "metric-bertscore": ("Zhang et al. 2020, BERTScore: evaluating text generation with BERT, ICLR",),
    "metric-perplexity": (
        "Jelinek et al. 1977, Perplexity: a measure of the difficulty of speech recognition tasks, JASA 62",
    ),
    "metric-faithfulness": (RAGAS, OWN),
    "metric-answer_relevance": (RAGAS, OWN),
    "metric-context_precision": (RAGAS, OWN),
    "metric-context_recall": (RAGAS, OWN),
    "metric-unsafe": (OWN, WILSON),
    "metric-refusals": (OWN, WILSON),
    "metric-judged_unsafe": (OWN, WILSON),
    "metric-error_gap": (WELCH, LIANG_ZEGER, HOLM),
    "metric-mark_gap": (WELCH, LIANG_ZEGER, HOLM),
    "metric-score_change": (OWN,),
    "metric-changed_share": (OWN, WILSON),
    "metric-latency": ("Conover 1999, Practical Nonparametric Statistics, 3rd ed., ch. 3.2",),
    "metric-throughput": (
        "Little 1961, A proof for the queuing formula L = λW, Operations Research 9",
    ),
    "metric-training_time": (OWN,),
    "metric-peak_memory": (OWN,),
    "error-analysis": (OWN, WILSON),
}
