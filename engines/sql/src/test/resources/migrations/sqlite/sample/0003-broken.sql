CREATE TABLE other (name TEXT);

INSERT INTO nowhere (name) VALUES ('x');
