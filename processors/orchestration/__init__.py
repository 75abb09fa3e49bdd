"""What DAGs need besides the functions of `batch`, and what must lie in an installed package for Airflow.

Airflow's triggerer and its deadline callbacks do not see the folder of DAGs.
"""
