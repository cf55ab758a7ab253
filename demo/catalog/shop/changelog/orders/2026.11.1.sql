--liquibase formatted sql

--changeset ben:create-orders labels:2026.11.1
create table orders (
	id bigint primary key,
	customer_id bigint not null references customer,
	product_id bigint not null references product,
	quantity integer not null check (quantity > 0),
	amount_cents bigint not null,
	status text not null,
	ordered_at timestamptz not null
);
create index orders_customer on orders (customer_id);
create index orders_open on orders (ordered_at) where status in ('new', 'paid');
--rollback drop table orders;

--changeset ben:create-payment labels:2026.11.1
create table payment (
	id bigint primary key,
	order_id bigint not null references orders,
	method text not null,
	amount_cents bigint not null,
	paid_at timestamptz not null
);
create index payment_order on payment (order_id);
--rollback drop table payment;

--changeset ben:create-coupon labels:2026.11.1
create table coupon (
	code text primary key,
	percent_off integer not null check (percent_off between 1 and 90),
	valid_until date not null
);
--rollback drop table coupon;
