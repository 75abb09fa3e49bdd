"""Pages for people: documents, reviews and quality; inside Airflow's own pages, or alone."""
