COPY staged_installations FROM STDIN (FORMAT csv);
